import hashlib

import numpy as np
import pytest

from tfgen import data
from tfgen.data import binarized_mnist as module
from tfgen.data.image_set import ImageSet
from tfgen.errors import TfgenError

TRAIN = module._TRAIN
GREY = np.random.default_rng(0).integers(0, 256, (600, 28, 28, 1), np.uint8)
GREY[:, :3] = 0
GREY[:, 3:6] = 255


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    """MNIST of 600 + 200 images, of which 500 are the training set."""

    def mnist(split, *, data_dir=None):
        images = GREY if split == "train" else GREY[:200]
        return ImageSet(images, np.arange(len(images)) % 10, tuple("0123456789"), "stand-in")

    monkeypatch.setattr(module, "mnist", mnist)
    monkeypatch.setattr(module, "_TRAIN", 500)
    bits = {"train": white(GREY, 0), "test": white(GREY[:200], 1)}
    digests = {split: hashlib.sha256(np.packbits(each).tobytes()).hexdigest() for split, each in bits.items()}
    monkeypatch.setattr(module, "_SHA256", digests)


def white(grey, stream):
    """Which pixels are white, as the published sets are drawn."""
    return 255 * np.random.default_rng([0, stream]).random(grey.shape, "float32") < grey


def test_white_as_often_as_the_grey_value_says():
    images = data.load_images("binarized_mnist").images
    assert set(np.unique(images)) == {0, 255}
    assert not images[:, :3].any()
    assert images[:, 3:6].all()
    grey, white = GREY[:500, 6:] / 255, images[:, 6:] == 255
    for low in (0.0, 0.25, 0.5, 0.75):
        chosen = (low <= grey) & (grey < low + 0.25)
        assert white[chosen].mean() == pytest.approx(grey[chosen].mean(), abs=0.01)


def test_drawn_once_and_split_as_published():
    train, validation, test = (data.load_images("binarized_mnist", split) for split in ("train", "validation", "test"))
    assert [len(each) for each in (train, validation, test)] == [500, 100, 200]
    np.testing.assert_array_equal(train.images, data.load_images("binarized_mnist").images)
    np.testing.assert_array_equal(validation.labels, np.arange(500, 600) % 10)
    # The test images are drawn for themselves.
    assert (train.images[:200] != test.images).any()
    assert test.origin == "stand-in, pixels drawn black or white once with seed 0"


def test_the_training_set_is_that_of_the_literature():
    assert TRAIN == 50_000


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_another_draw_is_refused(split, monkeypatch):
    draw = np.random.default_rng
    monkeypatch.setattr(np.random, "default_rng", lambda seed: draw([*seed, 1]))
    with pytest.raises(TfgenError, match=r"^NumPy .* draws other pixels than those that binarized_mnist stands for; "):
        data.load_images("binarized_mnist", split)


def test_another_size_is_refused():
    with pytest.raises(ValueError, match="has 28x28 pixels, black or white, and image_size is 32"):
        data.load_images("binarized_mnist", image_size=32)
    assert data.load_images("binarized_mnist", image_size=28).image_shape == (28, 28, 1)
