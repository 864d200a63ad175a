"""The log: a line an epoch, and none told twice."""

import json

import pytest

from tfgen.callbacks.training_log import TrainingLog
from tfgen.json_lines import read_rows


def test_a_line_an_epoch(make_gan, fit, tmp_path):
    path = tmp_path / "log.jsonl"
    history = fit(make_gan(), epochs=2, callbacks=[TrainingLog(path)]).history
    rows = read_rows(path)
    assert [row["step"] for row in rows] == [3, 6]
    for name, values in history.items():
        assert [row[name] for row in rows] == pytest.approx(values)
    assert all(row["seconds"] >= 0 for row in rows)


def test_rows_past_the_resumed_step_are_dropped_and_a_cut_line_is_ignored(make_gan, fit, tmp_path):
    path = tmp_path / "log.jsonl"
    model = make_gan()
    fit(model)  # three steps
    rows = [{"step": step, "generator_loss": 0.5, "seconds": 1.0} for step in (1, 3, 6)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"step": 9, "gener')
    assert read_rows(path) == rows
    fit(model, callbacks=[TrainingLog(path)])
    now = read_rows(path)
    assert now[:2] == rows[:2]
    assert [row["step"] for row in now] == [1, 3, 6]
    assert now[2] != rows[2]


def test_no_file_is_no_rows(tmp_path):
    assert read_rows(tmp_path / "log.jsonl") == []
