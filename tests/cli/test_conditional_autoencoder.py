"""A conditional VAE from the recipe to the checkpoint: each command gives it the labels, or says that it cannot."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_recipe import pictures  # noqa: F401
from tiny_zoo import recipe_table

from tfgen.cli.autoencoding import open_autoencoder
from tfgen.data import load_images
from tfgen.data.pictures import from_uint8, paired_grid
from tfgen.errors import TfgenError
from tfgen.json_lines import read_rows
from tfgen.zoo import load

SIDE, PADDING = 12, 2
STEP = SIDE + PADDING


def as_bytes(images):
    return (images + 1.0) * 127.5


@pytest.fixture(scope="module")
def run(pictures, tmp_path_factory):  # noqa: F811
    """Three steps of training on pictures of two classes."""
    from tfgen.recipes import make_recipe
    from tfgen.training.run import train

    networks = {
        role: {"name": f"conditional.{role}", "base": {"name": f"mlp.{role}", "hidden_dims": [7]}}
        for role in ("encoder", "decoder")
    }
    networks["decoder"]["base"]["output_activation"] = "linear"
    table = recipe_table("vae", (SIDE, SIDE, 1), report_every=3, networks=networks)
    table["data"] = {"name": str(pictures), "batch_size": 4, "labels": True}
    table["model"] |= {"name": "cvae", "num_classes": 2}
    folder = tmp_path_factory.mktemp("runs") / "cvae_pictures"
    train(make_recipe("cvae_pictures", table), folder)
    return folder


def test_training_shows_a_column_for_each_class_and_reconstructions(run, pictures):  # noqa: F811
    with Image.open(run / "samples" / "step_000003.png") as picture:
        assert picture.size == (2 * STEP + PADDING, 32 * STEP + PADDING)
    found = load_images(str(pictures), "train", image_size=SIDE)
    images, labels = from_uint8(found.images[:32]), found.labels[:32]
    expected = paired_grid(images, np.asarray(load(str(run)).reconstruct(images, labels)))
    shown = np.asarray(Image.open(run / "reconstructions" / "step_000003.png"))
    np.testing.assert_allclose(shown.astype(int), expected[..., 0], atol=1)


def test_generate_and_reconstruct(tfgen_command, run, pictures, tmp_path):  # noqa: F811
    code, _, err = tfgen_command("generate", run, "--n", 4, "--seed", 1, "--label", "0-1", "--output", "a.npz")
    assert code == 0, err
    model = load(str(run))
    with np.load(tmp_path / "cwd" / "a.npz") as file:
        drawn = model.sample(4, seed=1, labels=np.array([0, 1, 0, 1]))
        np.testing.assert_allclose(from_uint8(file["images"]), drawn, atol=0.51 / 127.5)
    arguments = ("reconstruct", run, "--images", pictures, "--n", 40, "--output", tmp_path / "r.npz")
    code, _, err = tfgen_command(*arguments)
    assert code == 0, err
    found = load_images(str(pictures), "train", image_size=SIDE)
    reconstructions = model.reconstruct(from_uint8(found.images[:40]), found.labels[:40])
    with np.load(tmp_path / "r.npz") as file:
        np.testing.assert_allclose(from_uint8(file["images"]), reconstructions, atol=0.51 / 127.5)


def test_classes_of_other_images_are_matched_by_name_or_number(tfgen_command, run, pictures, tmp_path):  # noqa: F811
    known = load_images(str(pictures), "train", image_size=SIDE).class_names
    source = next(path for path in sorted((pictures / known[0]).rglob("*")) if path.is_file())
    found = []
    # In alphabetical order the second class comes first.
    for index, names in enumerate(((known[1].upper(), known[0]), ("1", known[0]))):
        folder = tmp_path / f"own{index}"
        for name in names:
            (folder / name).mkdir(parents=True)
            shutil.copy(source, folder / name)
        output = tmp_path / f"r{index}.npz"
        code, _, err = tfgen_command("reconstruct", run, "--images", folder, "--resize", "--output", output)
        assert code == 0, err
        with np.load(output) as file:
            found.append(np.float32(file["images"]))
    images = from_uint8(load_images(str(folder), "train", image_size=SIDE).images)
    expected = as_bytes(np.asarray(load(str(run)).reconstruct(images, np.array([1, 0]))))
    assert np.abs(expected[0] - expected[1]).max() > 1
    for each in found:
        np.testing.assert_allclose(each, expected, atol=1)


def test_unknown_classes_are_one_sentence(tfgen_command, run, pictures, tmp_path):  # noqa: F811
    known = load_images(str(pictures), "train", image_size=SIDE).class_names
    for name in ("boot", known[0]):
        shutil.copytree(pictures / known[0], tmp_path / "own" / name)
    code, out, err = tfgen_command("reconstruct", run, "--images", tmp_path / "own", "--resize")
    assert (code, out) == (1, "")
    assert f"has the classes boot, and {run} knows {', '.join(known)}; name the folders so, or 0 to 1" in err


def test_images_without_labels_are_one_sentence(tfgen_command, run, pictures, tmp_path):  # noqa: F811
    shutil.copytree(pictures / "even", tmp_path / "flat")
    code, out, err = tfgen_command("reconstruct", run, "--images", tmp_path / "flat", "--resize")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == (
        "tfgen: this CVAE needs labels for reconstruct, and was given none; give images with labels, or take a model "
        "of images alone"
    )


def test_published_and_verified(tfgen_command, run, tmp_path):
    zoo = tmp_path / "zoo"
    for command in (
        ("zoo", "publish", run, "cvae_pictures", "--data-license", "CC0-1.0", "--zoo", zoo),
        ("zoo", "verify", zoo / "cvae_pictures"),
    ):
        code, _, err = tfgen_command(*command)
        assert code == 0, err


def test_metrics_take_the_labels_or_refuse(tfgen_command, run, pictures):  # noqa: F811
    against = ("--against", f"{pictures}:train", "--samples", 4)
    code, _, err = tfgen_command("evaluate", run, "--metrics", "reconstruction", *against)
    assert code == 0, err
    found = load_images(str(pictures), "train", image_size=SIDE)
    images = from_uint8(found.images)
    error = np.mean((np.asarray(load(str(run)).reconstruct(images, found.labels)) - images) ** 2)
    assert read_rows(Path("results.jsonl"))[0]["value"] == pytest.approx(error, rel=1e-4)
    for metric, setting in (("log_likelihood", []), ("anomalies", ["--set", f"anomalies.abnormal={pictures}:train"])):
        code, _, err = tfgen_command("evaluate", run, "--metrics", metric, *setting, *against)
        assert code == 1
        assert f"is told the label of each image, and {metric} gives a model images alone" in err.splitlines()[-1]


def test_inversion_is_of_a_class(tfgen_command, run, pictures, tmp_path):  # noqa: F811
    arguments = ("latent", "invert", run, "--images", pictures, "--n", 2, "--steps", 2, "--output", tmp_path / "a.png")
    code, _, err = tfgen_command(*arguments)
    assert (code, err.splitlines()[-1]) == (
        1,
        f"tfgen: {run} draws images of a class; say which by --label, from 0 to 1",
    )
    code, _, err = tfgen_command(*arguments, "--label", 1)
    assert code == 0, err


def test_commands_on_images_alone_refuse_it_before_tensorflow_loads(run, monkeypatch):
    monkeypatch.setattr("tfgen.cli.autoencoding.load_tensorflow", lambda: pytest.fail("loads TensorFlow"))
    with pytest.raises(TfgenError, match="is told the label of each image, and this command gives a model images"):
        open_autoencoder(str(run))
