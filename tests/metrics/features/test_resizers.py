import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgen.metrics.features.resizers import RESIZERS, bicubic_weights, bilinear_weights

RNG = np.random.default_rng(0)
SIZES = [
    ((28, 28), (299, 299)),
    ((64, 64), (299, 299)),
    ((340, 310), (299, 299)),
    ((600, 401), (299, 299)),
    ((37, 53), (61, 29)),
    ((3, 9), (299, 2)),
    ((1, 1), (3, 4)),
    ((5, 7), (1, 1)),
]
# A few roundings of float32, of 255.
TOLERANCE = 1e-4


@pytest.mark.parametrize(("old", "new"), SIZES)
def test_tf1_bilinear_is_tensorflows(old, new):
    images = RNG.integers(0, 256, (2, *old, 3)).astype("float32")
    expected = tf.raw_ops.ResizeBilinear(images=images, size=new, align_corners=False, half_pixel_centers=False)
    found = RESIZERS["tf1_bilinear"](images, new)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize(("old", "new"), SIZES)
def test_clean_bicubic_is_pillows_on_float_channels(old, new):
    # Black and white, so that the cubic overshoots.
    images = RNG.choice(np.array([0, 255], "float32"), (2, *old, 3))
    expected = np.stack([np.stack([pillow(image[..., c], new) for c in range(3)], axis=-1) for image in images])
    found = RESIZERS["clean_bicubic"](images, new)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, expected.clip(0, 255), rtol=0, atol=TOLERANCE)


def test_clean_bicubic_clips():
    edge = np.repeat(np.array([[0, 0, 255, 255]], "float32"), 4, axis=0)
    assert pillow(edge, (16, 16)).max() > 260
    found = RESIZERS["clean_bicubic"](edge[None, ..., None], (16, 16))
    assert (np.min(found), np.max(found)) == (0, 255)


def pillow(channel, size):
    return np.asarray(Image.fromarray(channel, mode="F").resize(size[::-1], Image.Resampling.BICUBIC))


@pytest.mark.parametrize("name", RESIZERS)
def test_the_same_size_changes_nothing(name):
    images = RNG.uniform(0, 255, (2, 31, 17, 1)).astype("float32")
    np.testing.assert_array_equal(RESIZERS[name](images, (31, 17)), images)


@pytest.mark.parametrize("name", RESIZERS)
def test_one_colour_stays_that_colour(name):
    images = np.full((1, 45, 33, 3), 200, "float32")
    np.testing.assert_allclose(RESIZERS[name](images, (60, 20)), np.full((1, 60, 20, 3), 200), rtol=1e-6)


@pytest.mark.parametrize("weights", [bilinear_weights, bicubic_weights])
def test_weights_are_float64_and_sum_to_one(weights):
    for inputs, outputs in ((28, 299), (400, 299), (2, 3)):
        found = weights(inputs, outputs)
        assert found.shape == (outputs, inputs)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-15)


def test_only_bicubic_smooths_before_it_makes_smaller():
    stripes = np.tile(np.array([0, 255], "float32"), (1, 64, 32))[..., None]
    assert set(np.unique(RESIZERS["tf1_bilinear"](stripes, (16, 16)))) == {0}
    np.testing.assert_allclose(RESIZERS["clean_bicubic"](stripes, (16, 16))[:, :, 2:-2], 127.5, atol=1)


@pytest.mark.parametrize("name", RESIZERS)
def test_gradients_are_the_weights(name):
    weights = {"tf1_bilinear": bilinear_weights, "clean_bicubic": bicubic_weights}[name]
    images = tf.Variable(RNG.uniform(100, 150, (1, 5, 6, 1)).astype("float32"))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(RESIZERS[name](images, (9, 4)))
    expected = np.outer(weights(5, 9).sum(axis=0), weights(6, 4).sum(axis=0))
    np.testing.assert_allclose(tape.gradient(total, images)[0, ..., 0], expected, rtol=1e-5)
