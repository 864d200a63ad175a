"""Scores while a model trains: when, of which weights, and the best kept."""

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

    def __init__(self, *values, higher_is_better=False):
        self.values = list(values)
        self.higher_is_better = higher_is_better
        self.samples = []

    def __call__(self, subject, samples, step):
        self.samples.append(subject.model.sample(2, seed=0))
        common = {"standard_error": None, "metric": "x", "settings": {}, "subject": {}, "reference": {}}
        value = self.values.pop(0)
        return [
            Result("X", value, higher_is_better=self.higher_is_better, extractor=None, seconds=0.0, step=step, **common)
        ]


def scoring(evaluation, folder, **arguments):
    return Scoring(evaluation, folder, folder / "tensorboard", **{"every": 3, "samples": 10, **arguments})


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


@pytest.mark.parametrize(("higher_is_better", "best"), [(False, 1), (True, 2)])
def test_the_best_weights_are_kept(make_gan, fit, tmp_path, higher_is_better, best):
    given = Given(3.0, 1.0, 4.0, higher_is_better=higher_is_better)
    fit(make_gan(), epochs=3, callbacks=[scoring(given, tmp_path)])
    kept = make_gan(seed=9)
    kept.load_weights(tmp_path / "best.weights.h5")
    np.testing.assert_array_equal(kept.sample(2, seed=0), given.samples[best])


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
    row = {"name": "X", "higher_is_better": False}
    append_rows(tmp_path / "scores.jsonl", [{**row, "value": 5.0, "step": 3}, {**row, "value": 0.5, "step": 6}])
    fit(model, callbacks=[scoring(Given(2.0), tmp_path)])
    assert [(row["step"], row["value"]) for row in read_rows(tmp_path / "scores.jsonl")] == [(3, 5.0), (6, 2.0)]
    assert (tmp_path / "best.weights.h5").is_file()
