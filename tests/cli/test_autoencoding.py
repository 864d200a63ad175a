"""Which images the commands on autoencoders read, and at which size."""

import argparse
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import recipe_table

from tfgen.cli.autoencoding import default_split, image_source, read_source
from tfgen.data import ImageSet
from tfgen.errors import TfgenError
from tfgen.recipes import make_recipe


@pytest.fixture
def faces(tmp_path):
    """The folder of a run on cropped faces of 8x8 pixels."""
    folder = tmp_path / "faces"
    folder.mkdir()
    data = {"name": "celeb_a", "batch_size": 4, "crop": "160"}
    (folder / "recipe.toml").write_text(
        make_recipe("faces", recipe_table("autoencoder", (8, 8, 1), data=data)).to_toml()
    )
    return str(folder)


MODEL = SimpleNamespace(image_shape=(8, 8, 1))


@pytest.fixture
def asked(monkeypatch):
    """What is asked of `load_images`, which gives images of the size asked for, or of 28x28."""
    seen = []

    def load_images(name, split, *, image_size, data_dir, **options):
        seen.append((name, split, image_size, options))
        return ImageSet(np.zeros((3, image_size or 28, image_size or 28, 1), np.uint8), origin=name)

    monkeypatch.setattr("tfgen.data.load_images", load_images)
    return seen


def test_its_own_data_set_is_read_as_for_the_training_named_or_not(faces, asked):
    for source in (None, "celeb_a"):
        assert read_source(faces, MODEL, source, n=2).origin == "the test split of celeb_a"
    assert asked == [("celeb_a", "test", 8, {"crop": "160"})] * 2
    with pytest.raises(TfgenError, match="are 28x28 pixels and the model takes 8x8; --resize brings them"):
        read_source(faces, MODEL, "mnist")
    assert read_source(faces, MODEL, "mnist", split="train", resize=True).origin == "the train split of mnist"
    assert asked[2:] == [("mnist", "test", None, {}), ("mnist", "train", 8, {})]


def test_resizing_is_not_advised_where_it_cannot_help(faces, asked):
    wide = SimpleNamespace(image_shape=(8, 6, 1))
    with pytest.raises(TfgenError, match="are 28x28 pixels and the model takes 8x6; bring them to that size"):
        read_source(faces, wide, "mnist")
    with pytest.raises(TfgenError, match="--resize makes images square and the model takes 8x6"):
        read_source(faces, wide, "mnist", resize=True)


def test_what_a_recipe_holds_out_is_the_part_of_its_own_data_set(tmp_path):
    for split in ("train", "validation"):
        (tmp_path / "photos" / split).mkdir(parents=True)
        Image.new("L", (8, 8)).save(tmp_path / "photos" / split / "0.png")
    data = {"name": str(tmp_path / "photos"), "batch_size": 4, "held_out_split": "validation"}
    recipe = make_recipe("own", recipe_table("autoencoder", (8, 8, 1), data=data))
    assert default_split(recipe, None) == default_split(recipe, f"{tmp_path}/photos/") == "validation"
    other = make_recipe("other", recipe_table("autoencoder", (8, 8, 1)))
    assert default_split(other, str(tmp_path / "photos")) == "train"
    assert default_split(other, "mnist") == "test"


def test_a_home_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "photos").mkdir()
    assert image_source("~/photos") == str(tmp_path / "photos")
    assert image_source("mnist") == "mnist"
    with pytest.raises(
        argparse.ArgumentTypeError, match="there is no dataset 'fashion_mnits'; did you mean fashion_mnist"
    ):
        image_source("fashion_mnits")
