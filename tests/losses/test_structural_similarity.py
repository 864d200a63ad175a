"""Structural similarity as a loss, against the score of that name, TensorFlow's, and closed forms."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.ndimage import gaussian_filter

from tfgen import backend
from tfgen.losses import StructuralSimilarity
from tfgen.metrics import structural_similarity

RNG = np.random.default_rng(0)


def natural(*shape):
    """Smooth images with edges and flat parts, and noisy copies."""
    images = np.clip(6 * gaussian_filter(RNG.normal(size=shape), (0, 3, 3, 0)), -1, 1)
    return images.astype("float32"), np.clip(images + RNG.normal(0, 0.1, shape), -1, 1).astype("float32")


@pytest.mark.parametrize("shape", [(3, 28, 28, 1), (3, 11, 20, 3)], ids=["grey", "colour"])
@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
def test_it_is_1_minus_the_score(shape, jit_compile):
    images, others = natural(*shape)
    loss = tf.function(StructuralSimilarity(), jit_compile=jit_compile)(images, others)
    assert loss.dtype == "float32"
    np.testing.assert_allclose(loss, 1 - structural_similarity(images, others), atol=1e-6)
    np.testing.assert_allclose(loss, 1 - tf.image.ssim((images + 1) / 2, (others + 1) / 2, 1.0), atol=2e-5)


def test_flat_images_have_a_closed_form():
    grey = np.array([-1, -0.5, 0.5, 1], "float32")[:, None, None, None] * np.ones((1, 12, 13, 1), "float32")
    others = grey[::-1]
    x, y = (grey[:, 0, 0, 0] + 1) / 2, (others[:, 0, 0, 0] + 1) / 2
    np.testing.assert_allclose(
        StructuralSimilarity()(grey, others), 1 - (2 * x * y + 1e-4) / (x**2 + y**2 + 1e-4), rtol=1e-6
    )


def test_equal_images_cost_nothing_and_pull_nowhere():
    images, _ = natural(2, 16, 16, 1)
    images[1] = -1
    loss = StructuralSimilarity()
    np.testing.assert_allclose(loss(images, images), 0, atol=1e-7)
    gradient = backend.input_gradient(lambda outputs: loss(images, outputs), tf.constant(images))
    np.testing.assert_allclose(gradient, 0, atol=1e-6)


def test_the_gradient_is_that_of_finite_differences():
    images, others = natural(1, 12, 12, 1)
    gradient = backend.input_gradient(lambda outputs: StructuralSimilarity()(images, outputs), tf.constant(others))
    direction = RNG.normal(size=others.shape)
    around = [1 - structural_similarity(images, others.astype("float64") + step * direction) for step in (-1e-4, 1e-4)]
    assert float(np.sum(gradient * direction)) == pytest.approx((around[1] - around[0])[0] / 2e-4, rel=1e-3)


def test_the_rest_of_the_weight_is_that_of_the_absolute_error():
    images, others = natural(3, 14, 15, 3)
    expected = 0.84 * (1 - structural_similarity(images, others))
    expected += 0.16 * np.abs((images + 1) / 2 - (others + 1) / 2).mean((1, 2, 3))
    loss = StructuralSimilarity(0.84)
    np.testing.assert_allclose(loss(images, others), expected, atol=1e-6)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    np.testing.assert_array_equal(again(images, others), loss(images, others))


def test_images_smaller_than_the_window_are_refused():
    images = np.zeros((2, 10, 28, 1), "float32")
    with pytest.raises(
        ValueError, match=r"^images are 10x28 pixels; structural similarity looks through a window of 11"
    ):
        StructuralSimilarity()(images, images)


@pytest.mark.parametrize("weight", [0, 1.5, float("nan")])
def test_a_weight_is_a_share(weight):
    with pytest.raises(ValueError, match=f"^weight is {weight}; the share of the structural similarity is above 0"):
        StructuralSimilarity(weight)
