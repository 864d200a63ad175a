"""A training run: what it leaves, and that a kill at any moment changes no bit of it."""

import json
import random
import subprocess
import sys
import time

import filelock
import numpy as np
import pytest
from PIL import Image
from tiny_zoo import recipe_table

from tfgen.callbacks.checkpoint import restore_checkpoint
from tfgen.errors import TfgenError
from tfgen.json_lines import read_rows
from tfgen.machine import available_cores, processor
from tfgen.recipes import make_recipe, read_recipe
from tfgen.recipes.build import build_model, compile_model
from tfgen.training.run import train

TRAIN = """
import sys
from pathlib import Path
from tfgen.recipes import read_recipe
from tfgen.training.run import train
train(read_recipe(Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.fixture
def recipe(table, pictures):
    table["data"]["name"] = str(pictures)
    return make_recipe("gan_pictures", table)


@pytest.fixture
def short(recipe):
    return recipe.changed(steps=12, report_every=4)


def checkpoint(folder):
    with np.load(folder / "checkpoint.npz", allow_pickle=False) as saved:
        return {name: saved[name] for name in saved.files}


def assert_same_run(folder, other):
    found, expected = checkpoint(folder), checkpoint(other)
    # By position: Keras numbers the names of a process' second model.
    for name, value in zip(sorted(found), (expected[key] for key in sorted(expected)), strict=True):
        np.testing.assert_array_equal(found[name], value, err_msg=name)
    rows, expected_rows = (
        [{key: value for key, value in row.items() if key != "seconds"} for row in read_rows(f / "log.jsonl")]
        for f in (folder, other)
    )
    assert rows == expected_rows


def test_what_a_run_leaves(short, pictures, tmp_path):
    model = train(short, tmp_path / "run")
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        ".lock", "begun.json", "checkpoint.npz", "first_steps.jsonl", "log.jsonl", "model.weights.h5", "recipe.toml",
        "run.json", "samples", "tensorboard",
    }  # fmt: skip
    assert read_recipe(tmp_path / "run" / "recipe.toml").table == short.table
    rows = read_rows(tmp_path / "run" / "log.jsonl")
    assert rows[-1]["step"] == 12
    for row in rows:
        assert {*model.log_names, "seconds", "step"} == set(row)
        with Image.open(tmp_path / "run" / "samples" / f"step_{row['step']:06d}.png") as picture:
            assert picture.size == (8 * 10 + 2, 8 * 10 + 2)
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert (record["recipe"], record["steps"]) == ("gan_pictures", 12)
    assert record["data"] == {"origin": f"{pictures.name}, 64 images", "images": 64}
    assert set(record["versions"]) == {"tfgen", "tensorflow", "keras", "python"}
    assert record["machine"] == {"processor": processor(), "cores": available_cores()}
    begun = json.loads((tmp_path / "run" / "begun.json").read_text())
    assert begun == {key: record[key] for key in ("versions", "machine")}

    # The weights' file holds the averages, the checkpoint the last weights.
    fresh = build_model(short)
    compile_model(short, fresh)
    fresh.load_weights(tmp_path / "run" / "model.weights.h5")
    np.testing.assert_array_equal(fresh.sample(3, seed=0), model.sample(3, seed=0))
    restore_checkpoint(fresh, tmp_path / "run" / "checkpoint.npz")
    averages = [v.numpy() for v in fresh.generator_optimizer.variables if v.name.endswith("_average")]
    for value, last, average in zip(
        model.generator.trainable_variables, fresh.generator.trainable_variables, averages, strict=True
    ):
        np.testing.assert_array_equal(value, average)
        assert not np.array_equal(value, last)


def test_more_steps_continue_a_finished_run(short, tmp_path):
    unbroken = tmp_path / "unbroken"
    train(short.changed(steps=25), unbroken)
    # 24 is where the unbroken training tells Keras to fit anew, for the step that is left.
    for steps in (12, 24, 25):
        train(short.changed(steps=steps), tmp_path / "run")
    state, expected = checkpoint(tmp_path / "run"), checkpoint(unbroken)
    for name, value in zip(sorted(state), (expected[key] for key in sorted(expected)), strict=True):
        np.testing.assert_array_equal(state[name], value, err_msg=name)
    steps = [row["step"] for row in read_rows(tmp_path / "run" / "log.jsonl")]
    assert steps == sorted(set(steps))
    assert (steps[-1], 12 in steps) == (25, True)
    assert read_recipe(tmp_path / "run" / "recipe.toml").steps == 25


def test_another_recipe_in_the_same_folder_is_refused(short, tmp_path):
    train(short.changed(steps=1), tmp_path)
    before = (tmp_path / "checkpoint.npz").read_bytes()
    sentence = (
        r"holds a run of another recipe: model\.latent_dim is \d there and 4 here, seed is \d there and 9 here; choose"
    )
    with pytest.raises(TfgenError, match=sentence):
        train(short.overridden(["model.latent_dim=4"]).changed(seed=9), tmp_path)
    assert (tmp_path / "checkpoint.npz").read_bytes() == before
    assert read_recipe(tmp_path / "recipe.toml").seed == short.seed


def test_images_of_another_shape_are_refused(recipe, tmp_path):
    with pytest.raises(TfgenError, match=r"is for images of shape \(8, 8, 3\) and .* gives \(8, 8, 1\); set model"):
        train(recipe.overridden(["model.image_shape=[8,8,3]"]), tmp_path)


def test_a_folder_in_use_is_refused_by_another_process(short, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(short.to_toml())
    output = tmp_path / "run"
    output.mkdir()
    with filelock.FileLock(output / ".lock"):
        done = subprocess.run([sys.executable, "-c", TRAIN, path, output], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == (
        f"tfgen.errors.TfgenError: {output} is in use by another training; wait for it or choose another output"
    )
    assert [p.name for p in output.iterdir()] == [".lock"]


def test_a_killed_run_ends_with_the_bits_of_one_that_was_not(recipe, tmp_path):
    path = tmp_path / "gan_pictures" / "recipe.toml"
    path.parent.mkdir()
    path.write_text(recipe.to_toml())
    train(recipe, tmp_path / "unbroken")
    output = tmp_path / "killed"
    command = [sys.executable, "-c", TRAIN, path, output]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    patience = time.monotonic() + 120
    while len(read_rows(output / "log.jsonl")) < 2:
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < patience
        time.sleep(0.005)
    # Anywhere: between steps, while samples are drawn, or while the checkpoint is written.
    time.sleep(random.uniform(0, 0.1))
    process.kill()
    assert process.wait() == -9
    assert read_rows(output / "log.jsonl")[-1]["step"] < recipe.steps
    assert not (output / "run.json").exists()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert_same_run(output, tmp_path / "unbroken")
    assert json.loads((output / "run.json").read_text())["steps"] == recipe.steps


def test_steps_per_execution_does_not_change_the_length(short, tmp_path):
    model = train(short.overridden(["compile.steps_per_execution=4"]), tmp_path / "run")
    assert int(model.optimizer.iterations) == 12
    with pytest.raises(TfgenError, match="10 steps are not a multiple of steps_per_execution = 4"):
        train(short.overridden(["compile.steps_per_execution=4", "steps=10"]), tmp_path / "other")


def test_an_autoencoder_of_pictures_without_a_test_split_shows_training_images(pictures, tmp_path):
    table = {
        "description": "An autoencoder for tests",
        "seed": 0,
        "steps": 2,
        "data": {"name": str(pictures), "batch_size": 4},
        "model": {"name": "autoencoder", "latent_dim": 2, "image_shape": [8, 8, 1]},
        "networks": {
            "encoder": {"name": "mlp.encoder", "hidden_dims": [4]},
            "decoder": {"name": "mlp.decoder", "hidden_dims": [4]},
        },
        "optimizer": {"name": "adam"},
    }
    train(make_recipe("autoencoder_pictures", table), tmp_path / "run")
    assert (tmp_path / "run" / "reconstructions" / "step_000002.png").is_file()


def test_the_record_names_the_classes_of_a_training_with_labels(pictures, tmp_path):
    table = recipe_table(
        "classifier", (8, 8, 1), data={"name": str(pictures), "batch_size": 4, "labels": True}, steps=2
    )
    table["model"]["num_classes"] = 2
    train(make_recipe("classifier_pictures", table), tmp_path / "run")
    assert json.loads((tmp_path / "run" / "run.json").read_text())["data"]["classes"] == ["even", "odd"]


def test_a_training_that_never_began_leaves_no_folder(short, tmp_path):
    with pytest.raises(TfgenError, match="there is no model 'gna'"):
        train(short.overridden(["model.name=gna"]), tmp_path / "run")
    assert not (tmp_path / "run").exists()
