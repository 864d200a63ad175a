"""A recipe that is trained again begins as the record says."""

import json

import pytest
from tiny_recipe import TABLE

from tfgen.errors import CheckpointError
from tfgen.json_lines import read_rows
from tfgen.recipes import make_recipe
from tfgen.training.retracing import retrace
from tfgen.training.run import train
from tfgen.zoo import publish


@pytest.fixture(scope="module")
def folder(tmp_path_factory, pictures):
    """A published training of 41 steps."""
    table = {**TABLE, "steps": 41, "report_every": 15, "data": {"name": str(pictures), "batch_size": 4}}
    table["scoring"] = {"metrics": ["swd"], "against": str(pictures), "samples": 16, "reference_samples": 16}
    run = tmp_path_factory.mktemp("runs") / "run"
    train(make_recipe("gan_pictures", table), run)
    return publish(run, "gan_pictures", data_license="MIT", zoo=tmp_path_factory.mktemp("zoo"))


def test_the_record_of_a_training(folder):
    assert [row["step"] for row in read_rows(folder / "first_steps.jsonl")] == [1, 20, 40]


def test_the_same_bits(folder):
    assert retrace(str(folder)) == 40


def test_another_loss_is_told(folder, tmp_path):
    rows = read_rows(folder / "first_steps.jsonl")
    before = (folder / "first_steps.jsonl").read_bytes()
    # The next number of single precision.
    rows[1]["generator_loss"] *= 1 + 2**-23
    (folder / "first_steps.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    try:
        with pytest.raises(CheckpointError, match=r"does not begin to train as recorded: at step 20 generator_loss is"):
            retrace(str(folder))
    finally:
        (folder / "first_steps.jsonl").write_bytes(before)


def test_without_a_record(folder, tmp_path):
    (tmp_path / "recipe.toml").write_text((folder / "recipe.toml").read_text())
    with pytest.raises(CheckpointError, match="has no record of its first steps; publish it again from a new training"):
        retrace(str(tmp_path))
