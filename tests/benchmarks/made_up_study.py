"""Made-up rows of a study, for tests of its report."""

import tomllib
from pathlib import Path

import numpy as np

import benchmarks.created_equal
from benchmarks.created_equal.spec import make_spec
from benchmarks.created_equal.trials import all_trials, with_best

PRESETS = Path(benchmarks.created_equal.__file__).parent / "presets"
PROTOCOL = {
    "subject": {"name": "a trial", "images": 2000, "quantisation": "uint8", "seed": 0},
    "reference": {"name": "polygons:test", "images": 2000, "split": "test", "available": 10000},
    "extractor": {"name": "mnist_classifier", "sha256": "ab" * 32, "resizer": "none", "quantisation": "uint8"},
    "settings": {"polygons": {"images": 256, "steps": 100}},
}
BASES = {"mm_gan": 60, "ns_gan": 40, "lsgan": 45, "wgan": 35, "wgan_gp": 20, "dragan": 50, "began": 90, "vae": 150}


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
        points = []
        for step in steps:
            values = {score: level * (0.6 + 0.7 * steps[0] / step) * (1 + random.normal(0, 0.08))}
            if "polygons" in dataset.get("metrics", ()):
                precision, recall = random.beta(4, 3), random.beta(3, 4)
                f1 = 2 * precision * recall / (precision + recall)
                values |= {"polygon precision": precision, "polygon recall": recall, "polygon f1": f1}
            if trial.method == "vae":
                values["ELBO (Bernoulli)"] = -120 - level / 10
            points.append({"step": step, "values": values})
        found = [{"step": point["step"], "value": point["values"][score]} for point in points]
        status = "diverged" if random.random() < diverging else "done"
        if trial.number == 5:
            status = "failed"
        row = {
            "trial": trial.number,
            "phase": trial.phase,
            "dataset": trial.dataset,
            "method": trial.method,
            "configuration": trial.configuration,
            "seed": trial.seed,
            "hyperparameters": trial.hyperparameters,
            "recipe": {},
            "status": status,
            "ended_at": steps[-1] if status == "done" else steps[0] // 2,
            "error": "The allocator ran out of memory" if status == "failed" else None,
            "score": score,
            "scores": points if status == "done" else [],
            "best": min(found, key=lambda point: point["value"]) if status == "done" else None,
            "last": found[-1] if status == "done" else None,
            "seconds": 40 + 10 * random.random(),
            "training_seconds": 30 + 5 * random.random(),
            "scoring_seconds": 6 + random.random(),
            "startup_seconds": 1.5,
            "peak_memory_bytes": int(9e8 + 1e8 * random.random()),
            "attempts": 1,
            "protocol": protocol if status == "done" else {},
            "versions": {"tfgen": "0.1.0", "keras": "3.15.1", "tensorflow": "2.21.0"},
            "device": "CPU: 2 cores",
            "threads": 1,
            "finished": f"2026-11-22T05:{trial.number // 60 % 60:02d}:{trial.number % 60:02d}+00:00",
        }
        rows.append(row)
        if trial.phase != spec.phases[-1].name and status == "done":
            key_best = best.get(key)
            if key_best is None or row["best"]["value"] < key_best["best"]["value"]:
                best[key] = row
    return rows


def small_spec(preset="quick", **changes):
    """A preset with some keys changed."""
    return make_spec({**tomllib.loads((PRESETS / f"{preset}.toml").read_text(encoding="utf-8")), **changes})
