"""`tfgen benchmark created_equal`, as a person gives it."""

import subprocess
import sys

import numpy as np
import pytest
import tomli_w
from fake_runner import FakeRunner

from benchmarks.created_equal.driver import open_study, run_study
from benchmarks.created_equal.spec import find_spec
from benchmarks.created_equal.store import Store
from benchmarks.created_equal.trials import all_trials
from tfgen.data.pictures import write_png
from tfgen.recipes import read_recipe
from tfgen.recipes.build import build_model


@pytest.fixture
def study(tfgen_command):
    return lambda *arguments: tfgen_command("benchmark", "created_equal", *arguments)


def diverged(trial):
    """What stands in a row of a training that came to one checkpoint."""
    name, step, value = "FID[mnist_classifier]", 500, 10.0 + trial.number % 7
    point = {"step": step, "value": value}
    values = {name: value, "polygon precision": 0.5, "polygon recall": 0.25, "polygon f1": 1 / 3}
    return {
        **{"status": "diverged", "error": "the training diverged at step 700: x is nan", "ended_at": 700},
        **{"score": name, "best": point, "last": point, "seconds": 3.0, "scores": [{"step": step, "values": values}]},
    }


def test_help_ends_in_examples(study):
    code, out, _ = study("--help")
    assert code == 0
    assert "tfgen benchmark created_equal run --preset quick" in out
    for action in ("list", "run", "resume", "status", "report", "merge"):
        assert "\nexample:\n  tfgen benchmark created_equal " in study(action, "--help")[1]


def test_list_and_help_answer_without_tensorflow():
    code = (
        "import sys, runpy; sys.argv = ['tfgen', 'benchmark', 'created_equal', 'list', '--preset', 'paper']\n"
        "try:\n    runpy.run_module('tfgen.cli.main', run_name='tfgen.cli.main')['main']()\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({'keras', 'tensorflow', 'ray'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *_, count, loaded = done.stdout.splitlines()
    assert count == "7,200 of 7,200 trials of Are GANs Created Equal?, as published"
    assert loaded == "[]"


def test_list_chooses_and_shows_a_recipe(study, tmp_path):
    _, out, _ = study("list", "--preset", "paper", "--method", "wgan", "--dataset", "mnist", "--phase", "narrow")
    assert "50 of 7,200 trials" in out
    assert "clip=0.01" in out.splitlines()[1]
    _, out, _ = study("list", "--trial", "9")
    path = tmp_path / "recipe.toml"
    path.write_text(out)
    assert read_recipe(path).table["model"]["name"] == "wgan"


def test_options_before_an_action_count(study):
    assert "272 of 272 trials" in study("--preset", "laptop", "list")[1]
    assert "192 of 272 trials" in study("--preset", "laptop", "list", "--phase", "search")[1]
    assert "40 of 40 trials" in study("--preset", "laptop", "list", "--preset", "quick")[1]
    assert "trial 3, ns_gan" in study("--trial", "3", "list")[1]


def test_a_trial_of_the_published_variant_is_a_recipe_that_can_be_built(study, tmp_path):
    path = tmp_path / "recipe.toml"
    for number in (200, 400, 500, 600, 700):
        path.write_text(study("list", "--preset", "paper", "--trial", number)[1])
        recipe = read_recipe(path)
        small = recipe.overridden([f"networks.{role}.width=2" for role in recipe.table["networks"]])
        assert type(build_model(small)).__name__.startswith("Published")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "--preset", "papper"], "no preset 'papper'; did you mean paper or laptop?"),
        (["list", "--trial", "99"], "there is no trial 99; the study has 0 to 39"),
        (["list", "--trial", "39"], "trains the best configuration of a search"),
        (["run", "--trial", "0,99"], "there is no trial 99; the study has 0 to 39"),
        (["run", "--address", "host:6379"], "--address is of a Ray cluster; give --runner ray with it"),
        (["run", "--gpus", "1"], "--gpus is of a Ray cluster; give --runner ray with it"),
        (["run", "--runner", "ray", "--workers", "2"], "--workers is of the local runner"),
        (["list", "--trial", "1,2"], "--trial names 2 trials; list prints the recipe of one"),
        (["list", "--method", "wgna"], "no method 'wgna'; did you mean wgan"),
        (["resume", "nowhere"], "there is no study in nowhere"),
        (["status", "nowhere"], "there is no study in nowhere"),
        (["report", "nowhere"], "there is no study in nowhere"),
        (["merge", "nowhere", "--output", "x"], "there is no study in nowhere"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(study, arguments, said):
    code, _, err = study(*arguments)
    assert code == 1
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("shard", ["0/3", "4/3", "3", "a/b"])
def test_what_is_no_shard(study, shard):
    code, _, err = study("run", "--shard", shard)
    assert code == 2
    assert "write the third of sixteen as 3/16" in err


def test_a_broken_spec_ends_before_anything_is_made(study, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        tomli_w.dumps({"title": "Mine", "variant": "corrected", "seed": 0, "threads": 1, "compare": ["gna"]})
    )
    code, _, err = study("run", "--spec", path)
    assert code == 1
    assert "the spec does not say phases" in err
    assert not (tmp_path / "cwd" / "created_equal").exists()


def test_a_study_from_begin_to_report(study, tmp_path):
    folder = tmp_path / "quick"
    spec = find_spec("quick")
    run_study(spec, folder, FakeRunner(told=diverged), chosen=lambda trial: trial.number < 30)
    _, out, _ = study("status", folder)
    first, second = (line.split() for line in out.splitlines()[2:4])
    assert (first, second) == (
        ["search", "polygons", "0", "24", "0", "0", "0"],
        ["seeds", "polygons", "0", "6", "0", "0", "10"],
    )
    run_study(spec, folder, FakeRunner(told=diverged))
    code, out, err = study("resume", folder)
    assert code == 0, err
    assert "40 of 40 trials have ended (40 diverged)" in out
    assert {"trials.csv", "scores.csv", "report.html", "report.md"} <= {path.name for path in folder.iterdir()}
    assert len(open_study(folder)[1].rows()) == len(all_trials(spec))
    assert "Quick look" in (folder / "report.html").read_text()
    assert Store(folder).rows()[0]["status"] == "diverged"
    (tmp_path / "empty").mkdir()
    code, _, err = study("report", folder, "--side-studies", tmp_path / "empty")
    assert (code, "holds no side study" in err) == (1, True)


def test_side_studies_are_written_where_the_report_of_their_folder_finds_them(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    for split in ("train", "test"):
        (tmp_path / "pictures" / split).mkdir(parents=True)
        for number in range(60):
            write_png(tmp_path / "pictures" / split / f"{number}.png", random.integers(0, 256, (8, 8, 1), np.uint8))
    arguments = ("sample_size", "--dataset", tmp_path / "pictures", "--extractor", "untrained", "--counts", "10,20")
    code, _, err = study("side-studies", *arguments, "--repeats", "2")
    assert code == 0, err
    assert (tmp_path / "side_studies" / "sample_size.json").is_file()
    spec = find_spec("quick")
    run_study(spec, tmp_path, FakeRunner(told=diverged), chosen=lambda trial: trial.number == 0)
    assert study("report", ".")[0] == 0
    assert (tmp_path / "report" / "side_sample_size.png").is_file()
