"""Scores that a recipe asks for while it trains."""

import json
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from tfgen.callbacks.sample_grid import SampleGrid
from tfgen.callbacks.scoring import Scoring
from tfgen.errors import TfgenError
from tfgen.json_lines import read_rows
from tfgen.recipes import RecipeError, make_recipe
from tfgen.training import train
from tfgen.zoo import load, publish


@pytest.fixture
def recipe(table, pictures, tmp_path):
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3), keras.layers.Dense(2)]
    keras.Sequential(layers).save(tmp_path / "numbers.keras")
    table["data"]["name"] = str(pictures)
    table |= {"steps": 12, "report_every": 4}
    table["scoring"] = {
        "metrics": ["fid"],
        "against": str(pictures),
        "every": 8,
        "samples": 10,
        "extractor": str(tmp_path / "numbers.keras"),
    }
    return make_recipe("gan_pictures", table)


def test_a_run_with_scores(recipe, tmp_path):
    train(recipe, tmp_path / "run")
    rows = read_rows(tmp_path / "run" / "scores.jsonl")
    assert [row["step"] for row in rows] == [8]
    assert rows[0]["name"] == "FID[numbers.keras]"
    subject = {"name": "gan_pictures", "images": 10, "quantisation": "uint8", "checkpoint_sha256": None, "seed": 0}
    assert rows[0]["subject"] == subject
    # The one that was scored is the best, and can be published.
    publish(tmp_path / "run", "gan_pictures", data_license="CC0-1.0", best=True, zoo=tmp_path / "zoo")
    assert load(str(tmp_path / "zoo" / "gan_pictures")).sample(2, seed=0).shape == (2, 8, 8, 1)


def test_scores_change_nothing_in_the_training(recipe, table, tmp_path):
    del table["scoring"]
    with_scores = train(recipe, tmp_path / "scored")
    without = train(make_recipe("gan_pictures", table), tmp_path / "plain")
    np.testing.assert_array_equal(with_scores.sample(2, seed=0), without.sample(2, seed=0))


def test_a_resumed_run_ends_with_the_same_scores(recipe, tmp_path):
    recipe = recipe.overridden(["scoring.every=4"])
    train(recipe.changed(steps=8), tmp_path / "twice")
    train(recipe, tmp_path / "twice")
    train(recipe, tmp_path / "once")
    found, expected = (
        [(row["step"], row["value"]) for row in read_rows(tmp_path / folder / "scores.jsonl")]
        for folder in ("twice", "once")
    )
    assert found == expected
    assert [step for step, _ in found] == [4, 8, 12]


def test_seconds_are_those_of_the_training_alone(recipe, tmp_path, monkeypatch):
    # A clock that runs while samples are drawn or scored, and at no other time.
    clock = {"now": 0.0}
    monkeypatch.setattr("tfgen.callbacks.training_log.time", SimpleNamespace(perf_counter=lambda: clock["now"]))
    for callback in (SampleGrid, Scoring):

        def slow(self, epoch, logs=None, on_epoch_end=callback.on_epoch_end):
            on_epoch_end(self, epoch, logs)
            clock["now"] += 1000

        monkeypatch.setattr(callback, "on_epoch_end", slow)
    train(recipe, tmp_path / "run")
    assert clock["now"] == 2 * 3 * 1000
    assert [row["seconds"] for row in read_rows(tmp_path / "run" / "log.jsonl")] == [0, 0, 0]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["seconds"] == 0


def test_an_unknown_key_is_found_before_the_training(table):
    table["scoring"] = {"metric": "fid"}
    with pytest.raises(RecipeError, match=r"unknown key scoring\.metric; known are metrics, every"):
        make_recipe("x", table)


def test_resizer_and_rounding_are_those_of_the_table(recipe, tmp_path):
    # Of another size than the images, so that there is something to resize.
    keras.Sequential([keras.Input((16, 16, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]).save(
        tmp_path / "larger.keras"
    )
    table = ["quantise=false", "resizer=clean_bicubic", f"extractor={tmp_path / 'larger.keras'}"]
    train(recipe.overridden([f"scoring.{each}" for each in table]), tmp_path / "run")
    (row,) = read_rows(tmp_path / "run" / "scores.jsonl")
    assert (row["subject"]["quantisation"], row["extractor"]["resizer"]) == ("float", "clean_bicubic")


@pytest.mark.parametrize("value", ['"no"', "0", "1"])
def test_rounding_is_true_or_false(table, value):
    table["scoring"] = {"quantise": json.loads(value)}
    with pytest.raises(RecipeError, match=r"scoring\.quantise is .*; it is true or false"):
        make_recipe("x", table)


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ('scoring.metrics=["fidd"]', "there is no metric 'fidd'; did you mean fid"),
        ('scoring.metrics=["log_likelihood"]', "LogLikelihood asks a model with `likelihood`, and gan_pictures is not"),
        ("scoring.extractor=nothing", "there is no extractor 'nothing'"),
        ("scoring.reference_samples=1000", "has 64 images and 1,000 are asked for"),
    ],
)
def test_what_cannot_be_scored_is_said_before_the_training(recipe, tmp_path, assignment, sentence):
    with pytest.raises(TfgenError) as caught:
        train(recipe.overridden([assignment]), tmp_path / "run")
    assert sentence in str(caught.value)
    assert not (tmp_path / "run").exists()
