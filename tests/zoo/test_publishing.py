import hashlib
import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import tomli_w
from PIL import Image
from tiny_zoo import STEPS, write_finished_run

import tfgen.data.pictures
from tfgen.errors import TfgenError
from tfgen.json_lines import append_rows
from tfgen.latent import coordinate_effects, generate, walks_along
from tfgen.recipes import read_recipe
from tfgen.zoo import load, publish, verify
from tfgen.zoo.entries import find


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files(zoo, runs):
    folder = publish(runs["gan"], "gan_new", data_license="MIT")
    assert folder == zoo / "gan_new"
    assert sorted(contents(folder)) == ["README.md", "card.json", "model.weights.h5", "recipe.toml", "samples.png"]
    # The run's weights, those of matrices in half precision, without what its optimizers remember.
    for ours, theirs in zip(load(str(folder)).get_weights(), load(str(runs["gan"])).get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs.astype(np.float16) if theirs.ndim > 1 else theirs)
    with h5py.File(folder / "model.weights.h5") as file:
        assert not [key for key in file if "optimizer" in key]
    assert read_recipe(folder / "recipe.toml").table == read_recipe(runs["gan"] / "recipe.toml").table


def test_card(zoo, runs):
    folder = publish(
        runs["autoencoder"],
        "autoencoder_new",
        data_license="MIT",
        weights_license="CC-BY-4.0",
        urls=("https://example.org/weights.h5", "hf://user/repository/weights.h5"),
    )
    card = json.loads((folder / "card.json").read_text())
    content = (folder / "model.weights.h5").read_bytes()
    assert card["name"] == "autoencoder_new"
    assert card["description"] == "The smallest autoencoder"
    assert card["weights"] == {
        "file": "model.weights.h5",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "precision": "float16",
        "license": "CC-BY-4.0",
        "urls": ["https://example.org/weights.h5", "hf://user/repository/weights.h5"],
    }
    assert card["data"] == {"origin": "made up for tests", "images": 1234, "license": "MIT"}
    assert card["training"] == {"steps": STEPS, "seed": 5, "seconds": 1.5}
    assert set(card["versions"]) == {"tfgen", "tensorflow", "keras", "python"}
    assert card["scores"] == []
    model = load(str(folder))
    samples = model.sample(2, seed=0)
    # The middle row of each image, every pixel of a row this short.
    np.testing.assert_allclose(card["golden"]["samples"], samples[:, 3, :, 0], atol=1e-6)
    reconstructions = np.asarray(model.reconstruct(samples))
    np.testing.assert_allclose(card["golden"]["reconstructions"], reconstructions[:, 3, :, 0], atol=1e-6)


def test_golden_values_of_a_gan_are_samples_alone(zoo):
    golden = json.loads((zoo / "gan_dots" / "card.json").read_text())["golden"]
    assert set(golden) == {"seed", "tolerance", "samples"}


def test_samples_are_the_first_64_of_seed_0(zoo):
    picture = np.asarray(Image.open(zoo / "gan_dots" / "samples.png"))
    # 8 x 8 images of 6x5, two white pixels between and around.
    assert picture.shape == (8 * 8 + 2, 8 * 7 + 2)
    samples = load("gan_dots").sample(64, seed=0)
    for index in (0, 9, 63):
        top, left = index // 8 * 8 + 2, index % 8 * 7 + 2
        shown = picture[top : top + 6, left : left + 5] / 127.5 - 1
        np.testing.assert_allclose(shown, samples[index, ..., 0], atol=0.51 / 127.5)


def test_last_reconstructions_go_along(zoo, tmp_path):
    run = write_finished_run(tmp_path / "run", "vae")
    (run / "reconstructions").mkdir()
    for step in (1, 2, 3):
        Image.new("L", (step, 1)).save(run / "reconstructions" / f"step_{step:06d}.png")
    folder = publish(run, "vae_new", data_license="MIT")
    assert Image.open(folder / "reconstructions.png").size == (3, 1)
    assert "](reconstructions.png)" in (folder / "README.md").read_text()


def test_pictures_of_the_data_stay_behind_where_they_must(zoo, tmp_path):
    run = write_finished_run(tmp_path / "run", "vae")
    (run / "reconstructions").mkdir()
    Image.new("L", (3, 1)).save(run / "reconstructions" / "step_000003.png")
    folder = publish(run, "vae_new", data_license="MIT", show_data=False)
    assert not (folder / "reconstructions.png").exists()
    assert "reconstructions.png" not in (folder / "README.md").read_text()


def test_a_vae_s_coordinates_are_shown_the_most_used_first(zoo):
    folder = zoo / "vae_dots"
    model = load("vae_dots")
    coordinates = np.argsort(-coordinate_effects(model))
    # A row a coordinate, nine images of 6x5 in each, two white pixels between and around.
    picture = np.asarray(Image.open(folder / "traversals.png"))
    assert picture.shape == (3 * 8 + 2, 9 * 7 + 2)
    shown = picture[10:16, 9:14] / 127.5 - 1
    walks = walks_along(model.draw(2000, 0), np.eye(model.latent_dim)[coordinates])
    np.testing.assert_allclose(shown, generate(model, walks)[1, 1, ..., 0], atol=0.51 / 127.5)
    assert json.loads((folder / "card.json").read_text())["traversals"] == coordinates.tolist()
    numbers = ",".join(map(str, coordinates))
    told = f"`tfgen latent traverse vae_dots --coordinate {numbers} --n 1` walks the same ways."
    assert told in (folder / "README.md").read_text()


def test_readme_says_what_the_card_says(zoo):
    text = (zoo / "gan_dots" / "README.md").read_text()
    card = json.loads((zoo / "gan_dots" / "card.json").read_text())
    for part in ("# gan_dots", "The smallest gan", "1,234 images", "CC0-1.0", card["weights"]["sha256"], "samples.png"):
        assert part in text
    assert "reconstructions.png" not in text


def test_how_the_run_went_goes_along(zoo, tmp_path):
    run = write_finished_run(tmp_path / "run", "gan")
    record = json.loads((run / "run.json").read_text()) | {"machine": {"processor": "Model X", "cores": 2}}
    (run / "run.json").write_text(json.dumps(record))
    for name in ("log.jsonl", "first_steps.jsonl"):
        append_rows(run / name, [{"step": 3, "generator_loss": 0.5}])
    folder = publish(run, "gan_new", data_license="MIT")
    for name in ("log.jsonl", "first_steps.jsonl"):
        assert (folder / name).read_bytes() == (run / name).read_bytes()
    assert json.loads((folder / "card.json").read_text())["machine"] == {"processor": "Model X", "cores": 2}


def test_what_it_began_on_is_told_if_it_ended_elsewhere(zoo, tmp_path):
    run = write_finished_run(tmp_path / "run", "gan")
    record = json.loads((run / "run.json").read_text()) | {"machine": {"processor": "Model X", "cores": 2}}
    (run / "run.json").write_text(json.dumps(record))
    begun = {key: record[key] for key in ("versions", "machine")}
    (run / "begun.json").write_text(json.dumps(begun))
    assert "first_steps" not in json.loads((publish(run, "gan_new", data_license="MIT") / "card.json").read_text())
    begun["machine"] = {"processor": "Model Y", "cores": 2}
    (run / "begun.json").write_text(json.dumps(begun))
    folder = publish(run, "gan_new", data_license="MIT")
    assert json.loads((folder / "card.json").read_text())["first_steps"] == begun
    assert find("gan_new").first_steps_made_on == {**begun, "data": {**record["data"], "license": "MIT"}}


def test_a_run_in_the_working_folder_that_is_called_as_a_checkpoint_is(zoo, tmp_path, monkeypatch):
    run = write_finished_run(tmp_path / "here" / "gan_dots", "gan", seed=2)
    expected = load(str(run)).sample(2, seed=0)
    assert np.abs(expected - load("gan_dots").sample(2, seed=0)).max() > 0.01
    monkeypatch.chdir(run.parent)
    publish(Path("gan_dots"), "gan_new", data_license="MIT")
    np.testing.assert_allclose(load("gan_new").sample(2, seed=0), expected, atol=0.01)


def test_comments_of_the_same_recipe_stay(zoo, runs):
    recipe = zoo / "gan_untrained" / "recipe.toml"
    text = "# Goodfellow et al. 2014\n" + recipe.read_text()
    recipe.write_text(text)
    publish(runs["gan"], "gan_untrained", data_license="MIT")
    assert recipe.read_text() == text


def test_another_recipe_is_replaced_by_the_one_that_was_followed(zoo, runs):
    recipe = zoo / "gan_untrained" / "recipe.toml"
    recipe.write_text("# Of another seed\n" + recipe.read_text().replace("seed = 5", "seed = 6"))
    publish(runs["gan"], "gan_untrained", data_license="MIT")
    assert recipe.read_text() == (runs["gan"] / "recipe.toml").read_text()


def test_replaces_a_checkpoint_of_the_same_name(zoo, tmp_path):
    (zoo / "gan_dots" / "left_over.txt").write_text("of the old one")
    before = load("gan_dots").sample(1, seed=0)
    publish(write_finished_run(tmp_path / "run", "gan", seed=2), "gan_dots", data_license="MIT")
    assert not (zoo / "gan_dots" / "left_over.txt").exists()
    assert np.abs(load("gan_dots").sample(1, seed=0) - before).max() > 0.01


@pytest.mark.parametrize("name", ["gan_dots", "gan_new"])
def test_failure_half_way_leaves_all_as_it_was(zoo, tmp_path, monkeypatch, name):
    run = write_finished_run(tmp_path / "run", "gan", seed=2)
    before = contents(zoo)

    def fail(path, picture):
        assert (path.parent / "model.weights.h5").is_file()
        raise OSError("no space left on device")

    monkeypatch.setattr(tfgen.data.pictures, "write_png", fail)
    with pytest.raises(OSError, match="no space left"):
        publish(run, name, data_license="MIT")
    assert contents(zoo) == before
    assert sorted(path.name for path in zoo.iterdir()) == [
        "autoencoder_dots",
        "dots_classifier",
        "gan_dots",
        "gan_untrained",
        "vae_dots",
    ]


def test_a_classifier_has_no_samples_and_its_outputs_are_golden(zoo):
    folder = zoo / "dots_classifier"
    assert sorted(contents(folder)) == ["README.md", "card.json", "model.weights.h5", "recipe.toml"]
    golden = json.loads((folder / "card.json").read_text())["golden"]
    model = load("dots_classifier")
    noise = np.random.default_rng(0).uniform(-1, 1, (2, 6, 5, 1)).astype("float32")
    np.testing.assert_allclose(golden["probabilities"], model.classify(noise), atol=1e-6)
    np.testing.assert_allclose(golden["features"], model.features(noise), atol=1e-6)
    assert "probabilities = model.classify(images)" in (folder / "README.md").read_text()
    assert verify("dots_classifier").largest_difference < 1e-5


def started_run(folder, checkpoint):
    """A finished run that says that it started from a checkpoint."""
    run = write_finished_run(folder, "gan")
    start = {"checkpoint": checkpoint, "network": "decoder"}
    with (run / "recipe.toml").open("a") as file:
        file.write(tomli_w.dumps({"start": {"generator": start}}))
    record = json.loads((run / "run.json").read_text())
    record["start"] = {"generator": {**start, "sha256": "0" * 64}}
    (run / "run.json").write_text(json.dumps(record))
    return run, record["start"]


def test_what_a_training_started_from_is_on_the_card(zoo, tmp_path):
    run, start = started_run(tmp_path / "run", "autoencoder_dots")
    folder = publish(run, "gan_new", data_license="MIT")
    assert json.loads((folder / "card.json").read_text())["training"]["start"] == start


def test_a_training_that_started_from_what_nobody_else_has(zoo, runs, tmp_path):
    run, _ = started_run(tmp_path / "run", str(runs["autoencoder"]))
    with pytest.raises(TfgenError, match=f"started from {runs['autoencoder']}, which is no name in the zoo"):
        publish(run, "gan_new", data_license="MIT")
    assert not (zoo / "gan_new").exists()


@pytest.mark.parametrize("missing", ["run.json", "model.weights.h5"])
def test_run_that_is_not_finished(zoo, tmp_path, missing):
    run = write_finished_run(tmp_path / "run", "gan")
    (run / missing).unlink()
    with pytest.raises(TfgenError, match=r"run is no finished run; `tfgen train` with the same output finishes it"):
        publish(run, "gan_new", data_license="MIT")
    assert not (zoo / "gan_new").exists()


def test_run_that_was_made_longer_and_not_finished(zoo, tmp_path):
    run = write_finished_run(tmp_path / "run", "gan")
    recipe = run / "recipe.toml"
    recipe.write_text(recipe.read_text().replace(f"steps = {STEPS}", "steps = 200"))
    with pytest.raises(TfgenError, match=r"run has the weights of step 3, and its recipe says 200; `tfgen train` "):
        publish(run, "gan_new", data_license="MIT")
    assert not (zoo / "gan_new").exists()


@pytest.mark.parametrize("name", ["", ".", "..", "../gan_new", "a/b", "gan new", "gan_new.", ".gan_new"])
def test_name_that_would_not_be_a_folder_of_the_zoo(zoo, runs, name):
    before = contents(zoo.parent)
    with pytest.raises(ValueError, match="is no name of a checkpoint; write <method or architecture>_<dataset>"):
        publish(runs["gan"], name, data_license="MIT")
    assert contents(zoo.parent) == before


@pytest.mark.parametrize("url", ["hf://user/weights.h5", "ftp://example.org/weights.h5", "weights.h5"])
def test_url_that_could_not_be_fetched(zoo, runs, url):
    with pytest.raises(ValueError, match=r"is no address of weights; write https://\.\.\. or hf://user/repository/pa"):
        publish(runs["gan"], "gan_new", data_license="MIT", urls=(url,))
    assert not (zoo / "gan_new").exists()


def test_url_with_a_password(zoo, runs):
    with pytest.raises(ValueError, match=r"https://host/w\.h5 was given with a name or password, which the card would"):
        publish(runs["gan"], "gan_new", data_license="MIT", urls=("https://me:secret@host/w.h5",))
    assert not (zoo / "gan_new").exists()
