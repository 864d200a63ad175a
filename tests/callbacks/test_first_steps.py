"""The record of how a training began."""

import numpy as np
import pytest

from tfgen.callbacks import first_steps
from tfgen.callbacks.first_steps import FirstSteps
from tfgen.json_lines import read_rows


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Nine steps, of which every second is written."""
    monkeypatch.setattr(first_steps, "LENGTH", 9)
    monkeypatch.setattr(first_steps, "EVERY", 2)


def record(folder):
    return read_rows(folder / "first_steps.jsonl")


def test_the_first_and_every_second_step_up_to_the_last(make_gan, fit, tmp_path):
    fit(make_gan(), epochs=4, callbacks=[FirstSteps(tmp_path)])  # epochs of three steps
    assert [row["step"] for row in record(tmp_path)] == [1, 2, 4, 6, 8]


def test_values_are_keras_means_in_full(make_gan, fit, tmp_path):
    history = fit(make_gan(), epochs=2, callbacks=[FirstSteps(tmp_path)]).history
    last = record(tmp_path)[-1]
    assert last["step"] == 6
    for name, values in history.items():
        assert np.float32(last[name]) == np.float32(values[1])


def test_two_trainings_of_a_seed_are_alike_and_another_seed_differs(make_gan, fit, tmp_path):
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        fit(make_gan(seed=seed), epochs=2, callbacks=[FirstSteps(tmp_path / name)])
    assert record(tmp_path / "one") == record(tmp_path / "same") != record(tmp_path / "other")


def test_a_training_that_goes_on_drops_what_is_past_its_checkpoint(make_gan, fit, tmp_path):
    model = make_gan()
    fit(model, callbacks=[FirstSteps(tmp_path)])
    kept = record(tmp_path)
    with (tmp_path / "first_steps.jsonl").open("a") as file:
        file.write('{"step": 4, "generator_loss": 7.0}\n{"step": 6')
    fit(model, callbacks=[FirstSteps(tmp_path)])
    now = record(tmp_path)
    assert now[: len(kept)] == kept
    assert [row["step"] for row in now] == [1, 2, 4, 6]
    assert now[2]["generator_loss"] != 7.0


def test_a_training_past_them_leaves_the_record_alone(make_gan, fit, tmp_path):
    model = make_gan()
    fit(model, epochs=4, callbacks=[FirstSteps(tmp_path)])
    before = (tmp_path / "first_steps.jsonl").read_bytes()
    fit(model, epochs=2, callbacks=[FirstSteps(tmp_path)])
    assert (tmp_path / "first_steps.jsonl").read_bytes() == before


def test_executions_of_several_steps(make_gan, fit, tmp_path):
    model = make_gan()
    model.compile("adam", "adam", steps_per_execution=3)
    fit(model, epochs=4, callbacks=[FirstSteps(tmp_path)])
    assert [row["step"] for row in record(tmp_path)] == [3, 6, 9]
