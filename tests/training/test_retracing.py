"""A recipe that is trained again begins as the record says."""

import json
import shutil

import pytest
from tiny_recipe import TABLE

from tfgen.errors import CheckpointError
from tfgen.json_lines import read_rows
from tfgen.recipes import make_recipe
from tfgen.training.retracing import ElsewhereError, retrace
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


def test_a_run_that_was_made_longer_is_compared_as_far_as_its_epochs_were_equal(tmp_path, pictures):
    table = {**TABLE, "steps": 60, "data": {"name": str(pictures), "batch_size": 4}}
    del table["report_every"]
    train(make_recipe("gan_pictures", table), tmp_path / "run")
    recipe = make_recipe("gan_pictures", {**table, "steps": 130})
    assert recipe.report_every > make_recipe("gan_pictures", table).report_every
    train(recipe, tmp_path / "run")
    folder = publish(tmp_path / "run", "gan_pictures", data_license="MIT", zoo=tmp_path / "zoo")
    # Of the epochs of 13 steps that follow on those of 6, the last to begin where one of 6 would began at step 78.
    assert retrace(str(folder)) == 80


def test_a_run_that_goes_on_elsewhere_records_no_bits_of_there(tmp_path, pictures):
    table = {**TABLE, "steps": 30, "report_every": 15, "data": {"name": str(pictures), "batch_size": 4}}
    train(make_recipe("gan_pictures", table), tmp_path / "run")
    begun = json.loads((tmp_path / "run" / "begun.json").read_text())
    begun["machine"]["processor"] = "6502"
    (tmp_path / "run" / "begun.json").write_text(json.dumps(begun))
    train(make_recipe("gan_pictures", {**table, "steps": 60}), tmp_path / "run")
    assert [row["step"] for row in read_rows(tmp_path / "run" / "first_steps.jsonl")] == [1, 20]


@pytest.mark.parametrize("key", ["machine", "versions", "data"])
def test_other_bits_on_another_machine_say_nothing(folder, tmp_path, key):
    copy = tmp_path / "gan_pictures"
    shutil.copytree(folder, copy)
    card = json.loads((copy / "card.json").read_text())
    card["first_steps"] = {key: {"origin": "6502"}}
    (copy / "card.json").write_text(json.dumps(card))
    # As long as bits are equal, nobody asks where they come from.
    assert retrace(str(copy)) == 40
    record = copy / "first_steps.jsonl"
    record.write_text(record.read_text().replace("0.", "1."))
    with pytest.raises(
        ElsewhereError, match=r"on record, which is of .*origin 6502.*; here is tensorflow .*, cores \d"
    ):
        retrace(str(copy))


def test_another_version_of_tfgen_has_to_give_the_same_bits(folder, tmp_path):
    copy = tmp_path / "gan_pictures"
    shutil.copytree(folder, copy)
    card = json.loads((copy / "card.json").read_text())
    card["versions"]["tfgen"] = "0.0.1"
    (copy / "card.json").write_text(json.dumps(card))
    record = copy / "first_steps.jsonl"
    record.write_text(record.read_text().replace("0.", "1."))
    with pytest.raises(CheckpointError, match="does not begin to train as recorded"):
        retrace(str(copy))


def test_without_a_record(folder, tmp_path):
    (tmp_path / "recipe.toml").write_text((folder / "recipe.toml").read_text())
    with pytest.raises(CheckpointError, match="has no record of its first steps; publish it again from a new training"):
        retrace(str(tmp_path))
