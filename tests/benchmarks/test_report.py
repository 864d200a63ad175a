"""The report of a study as pages, on made-up rows."""

import base64
import copy
import io
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import benchmarks.created_equal
from benchmarks.created_equal.driver import best_rows
from benchmarks.created_equal.report import write_report, writing
from benchmarks.created_equal.side_studies import finished
from benchmarks.created_equal.spec import find_spec, make_spec
from benchmarks.created_equal.trials import all_trials, with_best
from tfgen.errors import TfgenError

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


@pytest.fixture
def undrawn(monkeypatch):
    """Figures are made, and not painted."""
    monkeypatch.setattr(writing, "png", lambda draw, theme, dpi: b"" if draw(theme) else None)


class Page(HTMLParser):
    """What a test asks of a page: its text, its tables, and whether its tags are balanced."""

    VOID = ("meta", "img", "source", "br", "hr")

    def __init__(self, text):
        super().__init__()
        self.open, self.text, self.fetched, self.tables, self.tags = [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.fetched += [value for name, value in attributes if name in ("src", "srcset", "href", "action", "data")]
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.text.append(data)
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data

    def words(self):
        return " ".join(" ".join(self.text).split())

    def table(self, *columns):
        """Of the first table with these columns, each row by its first cell, as a dictionary."""
        for header, *rows in self.tables:
            if set(columns) <= set(header):
                return {row[0]: dict(zip(header, row, strict=True)) for row in rows}
        raise AssertionError(f"no table has {columns}")


def page_of(spec, rows, folder, **arguments):
    return Page(write_report(spec, rows, folder, **arguments).read_text(encoding="utf-8"))


@pytest.mark.filterwarnings("error::UserWarning")
def test_what_is_written(tmp_path):
    spec = small_spec(compare=["ns_gan", "vae"])
    # No figure takes a user's words for a formula.
    spec.methods["ns_gan"]["title"] = r"$\frac{$ _^ a title that is longer than any figure has room for"
    path = write_report(spec, made_up_rows(spec), tmp_path)
    assert path == tmp_path / "report.html"
    page = Page(path.read_text(encoding="utf-8"))
    pictures = {picture.stem: picture for picture in (tmp_path / "report").iterdir()}
    kinds = ("budget", "budget_f1", "configurations", "precision_recall", "curves", "hyperparameters", "costs")
    assert sorted(pictures) == sorted(f"{kind}_polygons" for kind in kinds)
    for picture in pictures.values():
        with Image.open(picture) as opened:
            assert opened.mode == "P"
            assert opened.width == 1000
            assert (np.asarray(opened.convert("RGB"))[:3] == 255).all()
        assert picture.stat().st_size < 150_000
    sources = [value for value in page.fetched if not value.startswith("#")]
    assert len(sources) == 2 * len(kinds)
    assert all(value.startswith("data:image/png;base64,") for value in sources)
    dark = Image.open(io.BytesIO(base64.b64decode(sources[0].partition(",")[2]))).convert("RGB")
    assert np.asarray(dark)[:3].max() < 40
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"!\[.*?\]\(report/(.*?)\.png\)", markdown)) == sorted(pictures)
    assert not list(tmp_path.rglob(".partial*"))


def test_an_older_report_s_pictures_go(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan"])
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "budget_mnist.png").write_bytes(b"old")
    write_report(spec, made_up_rows(spec), tmp_path)
    assert not (tmp_path / "report" / "budget_mnist.png").exists()
    assert (tmp_path / "report" / "budget_polygons.png").exists()


def test_several_data_sets(tmp_path, undrawn):
    spec = small_spec("laptop", compare=["ns_gan", "began"])
    rows = made_up_rows(spec)
    page = page_of(spec, rows, tmp_path)
    assert f"All {len(rows)} trials have ended" in page.words()
    assert page.words().count("Search “search”") == len(spec.datasets)
    assert len(page.table("trial", "hyper-parameters")) == len(rows)


@pytest.mark.parametrize("kept", [1, 9, 30])
def test_parts_of_a_study(kept, tmp_path, undrawn):
    spec = find_spec("quick")
    page = page_of(spec, made_up_rows(spec)[:kept], tmp_path)
    assert f"{kept} of 40 trials have ended" in page.words()
    assert len(page.table("trial", "hyper-parameters")) == kept


def test_seeds_without_their_search(tmp_path, undrawn):
    spec = find_spec("quick")
    rows = [row for row in made_up_rows(spec) if row["phase"] == "seeds"]
    page = page_of(spec, rows, tmp_path)
    assert len(page.table("seeds done")) == 8
    assert "Search “" not in page.words()


def test_no_rows(tmp_path):
    with pytest.raises(TfgenError, match="no trial of the study has ended yet"):
        write_report(find_spec("quick"), [], tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("key", ["dataset", "method", "phase"])
def test_rows_of_another_study(key, tmp_path):
    spec = find_spec("quick")
    rows = made_up_rows(spec)[:2]
    with pytest.raises(TfgenError, match=f"trial 1 is of the {key} 'other'"):
        write_report(spec, [rows[0], {**rows[1], key: "other"}], tmp_path)


def test_a_method_that_diverged_everywhere(tmp_path, undrawn):
    spec = find_spec("quick")
    rows = made_up_rows(spec, diverging=0)
    for row in rows:
        if row["method"] == "lsgan":
            row |= {"status": "diverged", "best": None, "last": None, "scores": []}
    page = page_of(spec, rows, tmp_path)
    assert page.table("trials done")["LSGAN"]["best"] == "–"
    assert page.table("trials done")["LSGAN"]["trials done"] == "0 of 3 (3 diverged)"
    assert page.table("peak memory", "diverged")["LSGAN"]["diverged"] == "5 (100%)"
    assert "No line for LSGAN" in page.words()


def test_nothing_but_divergence(tmp_path, undrawn):
    spec = find_spec("quick")
    page = page_of(spec, made_up_rows(spec, diverging=1.1)[:10], tmp_path)
    assert "No trial has a score." in page.words()


def test_trials_that_never_began(tmp_path, undrawn):
    spec = find_spec("quick")
    rows = made_up_rows(spec)
    nothing = dict.fromkeys(("configuration", "hyperparameters", "recipe", "score", "best", "last", "protocol"))
    bare = {"status": "failed", "error": "no configuration of search came to a score", "scores": [], "ended_at": 0}
    kept = ("trial", "phase", "dataset", "method", "seed", "finished")
    rows[-1] = {**{key: rows[-1][key] for key in kept}, **nothing, **bare}
    rows[0] = {**{key: rows[0][key] for key in (*kept, "configuration", "hyperparameters")}, **bare}
    page = page_of(spec, rows, tmp_path)
    assert page.table("seeds done")["VAE"]["seeds done"].endswith("(1 failed)")
    assert page.table("trial", "error")["39"]["error"] == bare["error"]


def test_a_diverged_trial_counts_by_its_checkpoints_before(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan", "vae"])
    rows = made_up_rows(spec, diverging=0)
    rows[1] |= {"status": "diverged", "best": {"step": 300, "value": 1e-3}, "last": {"step": 300, "value": 1e-3}}
    page = page_of(spec, rows, tmp_path)
    assert page.table("trials done")["NS GAN"]["configuration"] == "1"
    # As in the choice of what is trained on further seeds.
    assert best_rows(rows, "search")["polygons", "ns_gan"]["configuration"] == 1


UGLY = "<b>&</b> | `x` $y$ <script>"


def test_users_words_are_text(tmp_path, undrawn):
    table = tomllib.loads((PRESETS / "quick.toml").read_text(encoding="utf-8"))
    mine = {key: value for key, value in copy.deepcopy(find_spec("quick").methods["ns_gan"]).items() if key != "ranges"}
    mine["title"] = UGLY
    table["methods"] = {"mine": mine, "untitled": {key: value for key, value in mine.items() if key != "title"}}
    table["compare"] = ["mine", "untitled"]
    table["title"] = f"Study {UGLY}"
    table["datasets"]["polygons"]["title"] = f"Data {UGLY}"
    spec = make_spec(table)
    rows = made_up_rows(spec)
    rows[0] |= {"status": "failed", "error": UGLY}
    rows[1]["device"] = UGLY
    page = page_of(spec, rows, tmp_path)
    assert {"b", "script"} & set(page.tags) == {"script"}
    assert page.tags.count("script") == 1
    assert {UGLY, "untitled"} <= page.table("trials done").keys()
    assert page.table("trial", "error")["0"]["error"] == UGLY
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert UGLY not in markdown
    cells = [line for line in markdown.splitlines() if line.startswith(r"| \<b\>\&\</b\> \| \`x\` \$y\$")]
    assert len(cells) >= 3


def test_numbers_of_the_tables(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan", "vae"])
    rows = made_up_rows(spec, diverging=0)
    results = {0: 50.0, 1: 40.25, 2: 60.0, 3: 9.5, 4: 8.0, 5: 12.0, 6: 41.0, 7: 43.0, 8: 100.0, 9: 103.0}
    for number, value in results.items():
        best, last = {"step": 300, "value": value}, {"step": 600, "value": value + 1.0}
        rows[number] |= {"status": "done", "best": best, "last": last}
    page = page_of(spec, rows, tmp_path)
    search = page.table("trials done", "configuration")
    told = ("trials done", "best", "configuration", "at step", "its last", "default's best")
    assert [search["NS GAN"][name] for name in told] == ["3 of 3", "40.2", "1", "300", "41.2", "50.0"]
    assert [search["VAE"][name] for name in told[1:]] == ["8.00", "1", "300", "9.00", "9.50"]
    seeds = page.table("seeds done")
    told = ("seeds done", "mean ± deviation", "outliers", "without them", "last checkpoints")
    assert [seeds["NS GAN"][name] for name in told] == ["2 of 2", "42.0 ± 1.4", "0", "42.0 ± 1.4", "43.0 ± 1.4"]
    assert seeds["VAE"]["mean ± deviation"] == "102 ± 2"


def test_precision_recall_and_the_elbo(tmp_path, undrawn):
    spec = small_spec(compare=["vae"])
    rows = made_up_rows(spec, diverging=0)
    score, points = rows[0]["score"], ((0.9, 0.1, 0.18), (0.6, 0.6, 0.6))
    for row in rows:
        row["scores"] = [
            {
                "step": step,
                "values": {
                    score: value,
                    **dict(zip(("polygon precision", "polygon recall", "polygon f1"), point, strict=True)),
                    "ELBO (Bernoulli)": elbo,
                },
            }
            for step, value, point, elbo in zip((300, 600), (20.0, 30.0), points, (-150.0, -140.0), strict=True)
        ]
        row |= {"best": {"step": 300, "value": 20.0}, "last": {"step": 600, "value": 30.0}, "status": "done"}
    page = page_of(spec, rows, tmp_path)
    found = page.table("F1 over seeds")["VAE"]
    assert [found[name] for name in ("F1", "precision", "at step", "seeds")] == ["0.600", "0.600", "600", "2"]
    assert found["F1 over seeds"] == "0.600 ± 0.000"
    elbo = page.table("score", "best of the search")["VAE"]
    assert [elbo["score"], elbo["best of the search"], elbo["seeds"]] == ["ELBO (Bernoulli)", "-150", "2"]
    assert "of 3 trials, 3 reach 0.5 in both" in page.words()


AS_PUBLISHED = {
    "subject": {"images": 10000},
    "reference": {"name": "mnist:test", "images": 10000, "split": "test"},
    "extractor": {
        "name": "inception_2015",
        "sha256": "cd" * 32,
        "resizer": "tf1_bilinear",
        "quantisation": "float",
    },
    "settings": {},
}
PHASES = [
    {"name": "wide", "ranges": "wide", "datasets": ["mnist"], "configurations": 2, "seeds": 1},
    {"name": "seeds", "best_of": "wide", "datasets": ["mnist"], "seeds": 2},
]


def published_spec(**changes):
    return small_spec("paper", compare=["ns_gan", "lsgan", "vae"], phases=PHASES, **changes)


def test_published_figures_under_the_published_protocol(tmp_path, undrawn):
    spec = published_spec()
    page = page_of(spec, made_up_rows(spec, protocol=AS_PUBLISHED, diverging=0), tmp_path)
    found = {method: row["published"] for method, row in page.table("seeds done").items()}
    assert found == {"NS GAN": "6.8 ± 0.5", "LSGAN": "7.8 ± 0.6*", "VAE": "23.8 ± 0.6†"}
    assert "† as recalled" in page.words()
    assert "here it is the best of 2 configurations over 2 seeds" in page.words()
    assert "among them the search's own" in page.words()


def test_a_corrected_method_has_no_published_figure(tmp_path, undrawn):
    spec = published_spec(variant="corrected")
    page = page_of(spec, made_up_rows(spec, protocol=AS_PUBLISHED, diverging=0), tmp_path)
    found = {method: row["published"] for method, row in page.table("seeds done").items()}
    assert found == {"NS GAN": "6.8 ± 0.5", "LSGAN": "–", "VAE": "–"}


def other(part, key, value):
    return {**AS_PUBLISHED, part: {**AS_PUBLISHED[part], key: value}}


@pytest.mark.parametrize(
    ("changes", "protocol", "reason"),
    [
        ({}, other("extractor", "name", "mnist_classifier"), "the extractor is mnist_classifier here"),
        ({}, other("subject", "images", 2000), "the number of samples is 2,000 here and 10,000 there"),
        ({}, other("reference", "images", 500), "the number of real images is 500 here"),
        ({}, other("reference", "split", "train"), "the split is train here"),
        ({}, other("extractor", "resizer", "pil_bicubic"), "the resizer is pil_bicubic here"),
        ({}, other("extractor", "quantisation", "uint8"), "the rounding is uint8 here"),
        ({"network_arguments": {"infogan": {"width": 16}}}, AS_PUBLISHED, "the networks' width is 16 and 64 here"),
        ({"datasets": {"mnist": {"steps": 100}}}, AS_PUBLISHED, "the steps are 100 here and 15,625 there"),
        ({"datasets": {"mnist": {"name": "emnist"}}}, AS_PUBLISHED, "the images are emnist 28x28x1 here"),
        ({"batch_size": 32}, AS_PUBLISHED, "batch_size is 32 here and 64 there"),
    ],
)
def test_published_figures_under_no_other(changes, protocol, reason, tmp_path, undrawn):
    spec = published_spec(**changes)
    page = page_of(spec, made_up_rows(spec, protocol=protocol, diverging=0), tmp_path)
    assert "published" not in next(iter(page.table("seeds done").values()))
    assert reason in page.words()
    assert "6.8 ± 0.5" not in page.words()


def test_protocols_are_told_apart(tmp_path, undrawn):
    spec = published_spec()
    rows = made_up_rows(spec, protocol=AS_PUBLISHED, diverging=0)
    rows[-1]["protocol"] = other("subject", "images", 2000)
    page = page_of(spec, rows, tmp_path)
    assert "10,000 samples against" in page.words()
    assert "2,000 samples against" in page.words()
    assert "by several protocols" in page.words()


def test_searches_of_one_data_set_stay_apart(tmp_path, undrawn):
    narrow = {"name": "narrow", "ranges": "narrow", "datasets": ["mnist"], "configurations": 2, "seeds": 1}
    spec = small_spec("paper", compare=["ns_gan"], phases=[PHASES[0], narrow, PHASES[1]])
    page = page_of(spec, made_up_rows(spec, diverging=0), tmp_path)
    assert {"budget_mnist_wide.png", "budget_mnist_narrow.png"} <= {
        path.name for path in (tmp_path / "report").iterdir()
    }
    assert "MNIST, narrow" in page.words()
    assert len([table for table in page.tables if "seeds done" in table[0]]) == 1


def test_side_studies(tmp_path, undrawn):
    from matplotlib.figure import Figure

    text = "First | second\n\n| N | value |\n| --- | ---: |\n| 10 | 2.5 |\n\n![x](http://a.b/c.png) <i>`code`</i>"
    finished.write(tmp_path / "side", "sample_size", "Bias & variance", text, Figure(figsize=(1, 1)), {}, [])
    spec = small_spec(compare=["ns_gan"])
    page = page_of(spec, made_up_rows(spec)[:3], tmp_path, side_studies=tmp_path / "side")
    assert "Bias & variance" in page.words()
    assert page.table("N", "value")["10"]["value"] == "2.5"
    assert "i" not in page.tags
    assert not [value for value in page.fetched if value.startswith("http")]
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "| 10 | 2.5 |" in markdown
    assert (tmp_path / "report" / "side_sample_size.png").read_bytes().startswith(b"\x89PNG")


def test_where_the_rows_are(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan"])
    (tmp_path / "study.sqlite").touch()
    (tmp_path / "trials.csv").touch()
    page = page_of(spec, made_up_rows(spec)[:3], tmp_path)
    assert "is in study.sqlite and trials.csv, beside this report" in page.words()


def test_generators_far_from_the_manifold(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan"])
    rows = made_up_rows(spec, diverging=0)
    for row in rows:
        for point in row["scores"]:
            point["values"] |= dict.fromkeys(("polygon precision", "polygon recall", "polygon f1"), 0.0)
    page = page_of(spec, rows, tmp_path)
    assert "No trial of the search has an F1 above 0." in page.words()
    assert not (tmp_path / "report" / "budget_f1_polygons.png").exists()
