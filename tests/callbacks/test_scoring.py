"""Scores while a model trains: when, of which weights, and the best kept."""

import math

import keras
import numpy as np
import pytest

from tfgen.callbacks.scoring import Scoring
from tfgen.data import ImageSet
from tfgen.evaluation import Evaluation
from tfgen.evaluation.result import Result
from tfgen.evaluation.sources import ImageSource
from tfgen.json_lines import append_rows, read_rows
from tfgen.metrics.features.extractor import Extractor


@pytest.fixture
def evaluation(images):
    inputs = keras.Input((4, 4, 1))
    network = keras.Model(inputs, {"features": keras.layers.Flatten()(inputs)})
    extractor = Extractor("pixels", network, layer="flatten", sha256="0" * 64)
    pixels = np.rint((images + 1) * 127.5).astype(np.uint8)
    return Evaluation(["fid"], ImageSource("noise", ImageSet(pixels), "noise"), extractor)


class Given:
    """An evaluation that gives these values in turn, and notes the samples that it was shown."""

    def __init__(self, *values, higher_is_better=False, name="X"):
        self.values = list(values)
        self.name = name
        self.higher_is_better = higher_is_better
        self.samples = []

    def __call__(self, subject, samples, step):
        self.samples.append(subject.model.sample(2, seed=0))
        value = self.values.pop(0)
        return [
            Result(
                self.name,
                value,
                standard_error=None,
                metric="x",
                higher_is_better=self.higher_is_better,
                settings={"sizes": (1, 2)},
                subject={},
                reference=None,
                extractor=None,
                seed=0,
                seconds=0.0,
                step=step,
            )
        ]


def scoring(evaluation, folder, **arguments):
    return Scoring(evaluation, folder, folder / "tensorboard", **{"every": 3, "samples": 10, **arguments})


def best(folder):
    """The steps whose weights are kept."""
    return sorted(int(path.name.removeprefix("step_").split(".")[0]) for path in (folder / "best").iterdir())


def test_rows_and_curves_while_it_trains(make_gan, fit, evaluation, tmp_path):
    fit(make_gan(), epochs=3, callbacks=[scoring(evaluation, tmp_path, label="mine")])
    rows = read_rows(tmp_path / "scores.jsonl")
    assert [row["step"] for row in rows] == [3, 6, 9]
    assert {row["name"] for row in rows} == {"FID[pixels]"}
    assert rows[0]["subject"]["name"] == "mine"
    assert rows[0]["subject"]["images"] == 10
    assert np.isfinite([row["value"] for row in rows]).all()
    assert list((tmp_path / "tensorboard").glob("events.out.tfevents*"))


def test_every_so_many_steps_at_the_end_of_an_epoch(make_gan, fit, evaluation, tmp_path):
    fit(make_gan(), epochs=5, callbacks=[scoring(evaluation, tmp_path, every=5)])
    assert [row["step"] for row in read_rows(tmp_path / "scores.jsonl")] == [6, 12, 15]


@pytest.mark.parametrize(("higher_is_better", "index"), [(False, 1), (True, 2)])
def test_the_best_weights_are_kept_and_tell_their_step(make_gan, fit, tmp_path, higher_is_better, index):
    given = Given(3.0, 1.0, 4.0, higher_is_better=higher_is_better)
    fit(make_gan(), epochs=3, callbacks=[scoring(given, tmp_path)])
    step = 3 * (index + 1)
    assert [path.name for path in (tmp_path / "best").iterdir()] == [f"step_{step:06d}.weights.h5"]
    kept = make_gan(seed=9)
    kept.load_weights(tmp_path / "best" / f"step_{step:06d}.weights.h5")
    np.testing.assert_array_equal(kept.sample(2, seed=0), given.samples[index])


def test_a_value_that_is_not_finite_is_null_and_the_training_goes_on(make_gan, fit, tmp_path):
    fit(make_gan(), epochs=4, callbacks=[scoring(Given(math.nan, 2.0, -math.inf, 3.0), tmp_path)])
    assert "NaN" not in (tmp_path / "scores.jsonl").read_text()
    assert [row["value"] for row in read_rows(tmp_path / "scores.jsonl")] == [None, 2.0, None, 3.0]
    assert best(tmp_path) == [6]


def test_a_score_without_a_better_direction_keeps_no_weights(make_gan, fit, tmp_path):
    fit(make_gan(), epochs=2, callbacks=[scoring(Given(2.0, 1.0, higher_is_better=None), tmp_path)])
    assert [row["value"] for row in read_rows(tmp_path / "scores.jsonl")] == [2.0, 1.0]
    assert not (tmp_path / "best").exists()


def test_another_table_on_resuming_begins_a_new_contest(make_gan, fit, tmp_path):
    model = make_gan()
    fit(model, epochs=2, callbacks=[scoring(Given(1.0, 2.0), tmp_path)])
    assert best(tmp_path) == [3]
    fit(model, epochs=2, callbacks=[scoring(Given(70.0, 80.0, name="Y"), tmp_path)])
    assert best(tmp_path) == [9]


class Killed(BaseException):
    """What ends a training where no code of ours runs any more."""


@pytest.mark.parametrize("moment", ["save_weights", "row", "checkpoint"])
def test_a_kill_at_any_moment_loses_no_weights_that_a_row_names(make_gan, fit, tmp_path, monkeypatch, moment):
    def train(model, *values, epochs=1, callbacks=()):
        fit(model, epochs=epochs, callbacks=[scoring(Given(*values), tmp_path), *callbacks])

    model = make_gan()
    train(model, 2.0)
    at_checkpoint = [variable.numpy() for variable in (*model.variables, *optimizer_variables(model))]

    def kill(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        if moment == "save_weights":
            patch.setattr(model, "save_weights", kill)
        if moment == "row":
            patch.setattr("tfgen.callbacks.scoring.append_rows", kill)
        # If not before, then after the callback, where the checkpoint is written.
        with pytest.raises(Killed):
            train(model, 1.0, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=kill)])
    assert 3 in best(tmp_path)
    (tmp_path / "best" / ".partial-1.weights.h5").write_text("as a kill leaves it")

    # From the checkpoint of step 3, under a table that scores nothing more: step 3 is the best, and is there.
    for variable, value in zip((*model.variables, *optimizer_variables(model)), at_checkpoint, strict=True):
        variable.assign(value)
    scorer = scoring(Given(), tmp_path)
    scorer.set_model(model)
    scorer.on_train_begin()
    assert [row["step"] for row in read_rows(tmp_path / "scores.jsonl")] == [3]
    assert best(tmp_path) == [3]

    # And scored again.
    train(model, 1.0)
    assert [(row["step"], row["value"]) for row in read_rows(tmp_path / "scores.jsonl")] == [(3, 2.0), (6, 1.0)]
    assert best(tmp_path) == [6]


def optimizer_variables(model):
    return [variable for optimizer, _ in model.optimized_variables() for variable in optimizer.variables]


def test_averaged_weights_are_scored_and_training_goes_on_with_its_own(make_gan, fit, tmp_path):
    def train(*callbacks):
        model = make_gan(generator_optimizer=keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.5))
        last = []
        note = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: last.append(model.generator.get_weights()))
        fit(model, epochs=2, callbacks=[*callbacks, note])
        return last, model

    given = Given(2.0, 1.0)
    with_scores, model = train(scoring(given, tmp_path))
    without, _ = train()
    for ours, theirs in zip(with_scores[-1], without[-1], strict=True):
        np.testing.assert_array_equal(ours, theirs)
    # Keras ends a fit by writing the averages over the weights.
    np.testing.assert_array_equal(given.samples[-1], model.sample(2, seed=0))


def test_a_resumed_run_drops_what_is_past_its_checkpoint(make_gan, fit, tmp_path):
    model = make_gan()
    fit(model)  # three steps
    row = {"name": "X", "settings": {"sizes": [1, 2]}, "higher_is_better": False, "subject": {}, "seed": 0}
    append_rows(tmp_path / "scores.jsonl", [{**row, "value": 5.0, "step": 3}, {**row, "value": 0.5, "step": 6}])
    fit(model, callbacks=[scoring(Given(2.0), tmp_path)])
    assert [(row["step"], row["value"]) for row in read_rows(tmp_path / "scores.jsonl")] == [(3, 5.0), (6, 2.0)]
    # Also if the weights of the row that was the best are not there.
    assert best(tmp_path) == [6]
