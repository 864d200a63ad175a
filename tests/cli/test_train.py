import json

import numpy as np
import pytest
import tomli_w
from PIL import Image
from tiny_zoo import recipe_table

from tfgen.recipes import read_recipe
from tfgen.zoo import load


@pytest.fixture
def recipe_file(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for index in range(8):
        pixels = np.random.default_rng(index).integers(0, 256, (6, 6), dtype=np.uint8)
        Image.fromarray(pixels).save(photos / f"{index}.png")
    table = recipe_table("autoencoder", report_every=2)
    table["data"] = {"name": str(photos), "batch_size": 4, "held_out_split": "train"}
    table["model"]["image_shape"] = [6, 6, 1]
    path = tmp_path / "mine.toml"
    path.write_text(tomli_w.dumps(table))
    return path


def test_recipe_by_path_with_changes(tfgen_command, recipe_file, tmp_path):
    output = tmp_path / "run"
    code, out, err = tfgen_command(
        "train", recipe_file, "--set", "model.latent_dim=2", "--set", "networks.encoder.hidden_dims=[4]",
        "--steps", 4, "--seed", 9, "--output", output,
    )  # fmt: skip
    assert code == 0, err
    assert f"trained mine for 4 steps; weights and curves are in {output}" in out
    recipe = read_recipe(output / "recipe.toml")
    assert (recipe.steps, recipe.seed, recipe.table["model"]["latent_dim"]) == (4, 9, 2)
    assert recipe.table["networks"]["encoder"]["hidden_dims"] == [4]
    assert json.loads((output / "run.json").read_text())["steps"] == 4
    model = load(str(output))
    assert (model.latent_dim, model.encoder.count_params()) == (2, 36 * 4 + 4 + 4 * 2 + 2)

    # What it says to look at and to do next is there and can be done; and the run can be published.
    assert (output / "samples" / "step_000004.png").is_file()
    assert f"compare: tfgen reconstruct {output} --output" in out
    assert tfgen_command("reconstruct", output, "--output", tmp_path / "pairs.png")[0] == 0
    assert tfgen_command("generate", output, "--n", 2, "--output", tmp_path / "grid.png")[0] == 0
    zoo = tmp_path / "zoo"
    code, out, err = tfgen_command(
        "zoo", "publish", output, "autoencoder_photos", "--data-license", "CC0-1.0", "--zoo", zoo
    )  # fmt: skip
    assert code == 0, err
    assert (zoo / "autoencoder_photos" / "reconstructions.png").is_file()
    assert tfgen_command("zoo", "verify", zoo / "autoencoder_photos")[0] == 0


def test_a_model_of_a_module_beside_the_command_and_a_folder_that_is_a_name(tfgen_command, recipe_file, tmp_path):
    (tmp_path / "cwd" / "module_beside.py").write_text("from tfgen.models import Autoencoder as Mine\n")
    set_model = ("--set", 'model.name="module_beside:Mine"')
    code, out, err = tfgen_command("train", recipe_file, *set_model, "--steps", 2, "--output", "named")
    assert code == 0, err
    assert "sample:  tfgen generate ./named --n 64" in out
    assert tfgen_command("generate", "./named", "--n", 2, "--output", tmp_path / "grid.png")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "wrong=1"], "unknown key 'wrong'"),
        (["--set", "seed.x=1"], "leads nowhere: 'seed' is a value"),
        (["--set", "model.name=vea"], "there is no model 'vea'; did you mean vae"),
    ],
)
def test_wrong_change(tfgen_command, recipe_file, tmp_path, arguments, said):
    code, out, err = tfgen_command("train", recipe_file, *arguments, "--output", tmp_path / "run")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith("tfgen: ")
    assert said in err.splitlines()[-1]


@pytest.mark.parametrize(
    ("checkpoint", "said"),
    [
        ("gan_dotz", "there is no recipe or checkpoint 'gan_dotz'"),
        ("gan_untrained", "gan_untrained has no published weights yet"),
    ],
)
def test_a_wrong_start_is_answered_before_tensorflow_loads(
    tfgen_command, zoo, recipe_file, monkeypatch, checkpoint, said
):
    monkeypatch.setattr("tfgen.cli.train.load_tensorflow", lambda: pytest.fail("loaded TensorFlow first"))
    with recipe_file.open("a") as file:
        file.write(f'[start.decoder]\ncheckpoint = "{checkpoint}"\nnetwork = "generator"\n')
    code, out, err = tfgen_command("train", recipe_file)
    assert (code, out) == (1, "")
    assert err.startswith(f"tfgen: {said}")


def test_change_without_a_value(tfgen_command, recipe_file, tmp_path):
    code, out, err = tfgen_command("train", recipe_file, "--set", "steps", "--output", tmp_path / "run")
    assert (code, out) == (2, "")
    assert "'steps' sets nothing; write it as table.key=value" in err.splitlines()[-1]
    assert not (tmp_path / "run").exists()


def test_recipe_that_is_not_there(tfgen_command):
    assert tfgen_command("train", "none.toml") == (1, "", "tfgen: there is no recipe at none.toml\n")


def test_stopped_by_hand_says_what_is_saved(tfgen_command, recipe_file, tmp_path, monkeypatch, caplog):
    from tfgen.callbacks.sample_grid import SampleGrid

    stop_at = 2
    draw = SampleGrid.on_epoch_end

    def interrupted(self, epoch, logs=None):
        draw(self, epoch, logs)
        if self.model.trained_steps == stop_at:
            raise KeyboardInterrupt

    monkeypatch.setattr(SampleGrid, "on_epoch_end", interrupted)
    run = tmp_path / "run"
    command = ("train", recipe_file, "--steps", 6, "--output", run)
    code, _, err = tfgen_command(*command)
    assert code == 130
    assert err.endswith(f"tfgen: stopped; {run} has no checkpoint yet, so the same command starts anew\n")
    stop_at = 4
    code, _, err = tfgen_command(*command)
    assert code == 130
    assert err.endswith(f"tfgen: stopped; the same command goes on from the last report in {run}\n")
    sentence = f"the training in {run} is not finished; the same `tfgen train ... --output {run}` finishes it"
    assert tfgen_command("generate", run) == (1, "", f"tfgen: {sentence}\n")
    stop_at = None
    assert tfgen_command(*command)[0] == 0
    assert "going on from step 2 of 6" in caplog.text
