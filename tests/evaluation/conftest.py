"""A network of a few weights as extractor, and pictures of 6x5 for it."""

import keras
import numpy as np
import pytest
from tiny_zoo import published, runs, zoo  # noqa: F401

from tfgen.data import ImageSet
from tfgen.data.writing import write_images
from tfgen.evaluation.sources import ImageSource
from tfgen.metrics.features.extractor import Extractor

SHAPE = (6, 5, 1)


@pytest.fixture(scope="session")
def extractor():
    """Features are three fixed projections of the pixels; probabilities a softmax of them."""
    inputs = keras.Input(SHAPE)
    features = keras.layers.Dense(3, kernel_initializer=keras.initializers.GlorotNormal(seed=1))(
        keras.layers.Flatten()(inputs)
    )
    network = keras.Model(inputs, {"features": features, "probabilities": keras.layers.Softmax()(features)})
    return Extractor("three_numbers", network, layer="dense", sha256="0" * 64)


def make_images(count, seed=0, brightness=0, shape=SHAPE):
    """uint8 images of noise."""
    return np.random.default_rng(seed).integers(brightness, 156 + brightness, (count, *shape), np.uint8)


@pytest.fixture
def source():
    def source(count=40, seed=0, brightness=0, shape=SHAPE):
        images = make_images(count, seed, brightness, shape)
        labels = np.arange(count) % 3
        return ImageSource(f"noise {seed}", ImageSet(images, labels, origin=f"noise of seed {seed}"), "noise", "test")

    return source


@pytest.fixture
def folder(tmp_path):
    """Writes images as a folder of PNGs."""

    def write(name, images):
        write_images([images / np.float32(127.5) - 1], len(images), tmp_path / name)
        return str(tmp_path / name)

    return write
