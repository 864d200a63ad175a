"""Made-up rows of a study, for tests of its report."""

import tomllib
from pathlib import Path

import numpy as np

import benchmarks.created_equal
from benchmarks.created_equal.rows import identity, untrained
from benchmarks.created_equal.spec import make_spec
from benchmarks.created_equal.trials import Trial, all_trials, with_best

PRESETS = Path(benchmarks.created_equal.__file__).parent / "presets"
SCORE = "FID[mnist_classifier]"
POLYGON_SCORES = ("polygon precision", "polygon recall", "polygon f1")
PROTOCOL = {
    "subject": {"name": "a trial", "images": 2000, "quantisation": "uint8", "seed": 0},
    "reference": {"name": "polygons:test", "images": 2000, "split": "test", "available": 10000},
    "extractor": {"name": "mnist_classifier", "sha256": "ab" * 32, "resizer": "none", "quantisation": "uint8"},
    "settings": {"polygons": {"images": 256, "steps": 100}},
}
BASES = {"mm_gan": 60, "ns_gan": 40, "lsgan": 45, "wgan": 35, "wgan_gp": 20, "dragan": 50, "began": 90, "vae": 150}


def made_up_row(trial, scores, *, status="done", error=None, score=SCORE, protocol=PROTOCOL, **others):
    """The row of a trial, as a store gives it, with all scores by step, of which one is the trial's own."""
    points = [{"step": step, "value": values[score]} for step, values in scores.items()]
    told = {
        **untrained(),
        "recipe": {},
        "ended_at": max(scores, default=100),
        "score": score if scores else None,
        "scores": [{"step": step, "values": values} for step, values in scores.items()],
        "best": min(points, key=lambda point: point["value"], default=None),
        "last": points[-1] if points else None,
        "protocol": protocol if scores else None,
    }
    circumstances = {
        **{"seconds": 45.0, "startup_seconds": 1.5, "training_seconds": 32.0, "scoring_seconds": 6.5},
        **{"peak_memory_bytes": 900_000_000, "attempts": 1, "threads": 1, "device": "CPU: 2 cores"},
        "versions": {"tfgen": "0.1.0", "keras": "3.15.1", "tensorflow": "2.21.0"},
        "finished": f"2026-11-22T05:{trial.number // 60 % 60:02d}:{trial.number % 60:02d}+00:00",
    }
    return {**identity(trial), "status": status, "error": error, **told, **circumstances, **others}


def ended_as(row, status, scores=(), **others):
    """The row, had its trial ended so: with these scores by step."""
    trial = Trial(*(row[key] for key in ("trial", *Trial.__dataclass_fields__) if key != "number"))
    found = {step: {row["score"] or SCORE: value} for step, value in dict(scores).items()}
    return made_up_row(trial, found, status=status, score=row["score"] or SCORE, protocol=row["protocol"], **others)


def made_up_rows(spec, *, protocol=PROTOCOL, diverging=0.1, seed=0):
    """A row for each trial of a spec: a score around its method's, falling over the steps; some diverge, one fails."""
    random, rows, best = np.random.default_rng(seed), [], {}
    for trial in all_trials(spec):
        key = trial.dataset, trial.method
        if trial.configuration is None:
            if key not in best:
                continue
            chosen = best[key]
            trial = with_best(trial, chosen["configuration"], chosen["hyperparameters"])
        dataset = spec.datasets[trial.dataset]
        rate = np.log10(trial.hyperparameters.get("learning_rate", 1e-4))
        level = BASES.get(trial.method, 70) * 10 ** (0.25 * abs(rate + 3.5) + random.normal(0, 0.04))
        steps = [*range(dataset["score_every"], dataset["steps"], dataset["score_every"]), dataset["steps"]]
        score = f"FID[{dataset.get('extractor', 'inception_2015')}]"
        scores = {}
        for step in steps:
            values = {score: level * (0.6 + 0.7 * steps[0] / step) * (1 + random.normal(0, 0.08))}
            if "polygons" in dataset.get("metrics", ()):
                precision, recall = random.beta(4, 3), random.beta(3, 4)
                values |= dict(zip(POLYGON_SCORES, (precision, recall, 2 / (1 / precision + 1 / recall)), strict=True))
            if trial.method == "vae":
                values["ELBO (Bernoulli)"] = -120 - level / 10
            scores[step] = values
        status = "diverged" if random.random() < diverging else "done"
        error = None
        if trial.number == 5:
            status, error = "failed", "The allocator ran out of memory"
        seconds = {"seconds": 40 + 10 * random.random(), "training_seconds": 30 + 5 * random.random()}
        found = scores if status == "done" else {}
        row = made_up_row(trial, found, status=status, error=error, score=score, protocol=protocol, **seconds)
        rows.append(row)
        if trial.phase != spec.phases[-1].name and status == "done":
            best[key] = min(best.get(key, row), row, key=lambda each: each["best"]["value"])
    return rows


def small_spec(preset="quick", **changes):
    """A preset with some keys changed."""
    return make_spec({**tomllib.loads((PRESETS / f"{preset}.toml").read_text(encoding="utf-8")), **changes})
