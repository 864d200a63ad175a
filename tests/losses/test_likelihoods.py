import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import special, stats

from tfgen.losses.likelihoods import Bernoulli, Gaussian

RNG = np.random.default_rng(0)
SHAPE = (5, 6, 7, 3)


def test_bernoulli_of_black_and_white_images():
    pixels, logits = RNG.integers(0, 2, SHAPE), RNG.normal(0, 3, SHAPE)
    expected = -stats.bernoulli.logpmf(pixels, special.expit(logits)).sum((1, 2, 3))
    np.testing.assert_allclose(Bernoulli()(2 * pixels - 1, logits), expected, rtol=1e-5)


def test_bernoulli_of_grey_images_is_the_cross_entropy():
    targets, logits = RNG.uniform(0, 1, SHAPE), RNG.normal(0, 3, SHAPE)
    p = special.expit(logits)
    expected = -(targets * np.log(p) + (1 - targets) * np.log(1 - p)).sum((1, 2, 3))
    np.testing.assert_allclose(Bernoulli()(2 * targets - 1, logits), expected, rtol=1e-5)


def test_bernoulli_is_least_at_the_image_itself():
    image = RNG.uniform(-0.9, 0.9, (1, 4, 4, 1)).astype("float32")
    logits = tf.constant(special.logit((image + 1) / 2))
    with tf.GradientTape() as tape:
        tape.watch(logits)
        cost = Bernoulli()(image, logits)
    np.testing.assert_allclose(tape.gradient(cost, logits), np.zeros_like(image), atol=1e-6)
    np.testing.assert_allclose(Bernoulli().to_images(logits), image, atol=1e-6)


@pytest.mark.parametrize("logit", [1e4, -1e4])
def test_bernoulli_stays_finite_at_extreme_logits(logit):
    logits = tf.fill((1, 2, 2, 1), logit)
    for pixel in (-1.0, 0.0, 1.0):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            cost = Bernoulli()(tf.fill((1, 2, 2, 1), pixel), logits)
        wrongness = (1 - pixel * np.sign(logit)) / 2
        assert float(cost[0]) == pytest.approx(4 * 1e4 * wrongness)
        assert np.all(np.isfinite(tape.gradient(cost, logits)))
    assert np.array_equal(Bernoulli().to_images(logits), tf.fill((1, 2, 2, 1), np.sign(logit)))


def test_bernoulli_keeps_small_costs():
    """-log sigmoid(12) is 6.1e-6, below float32's rounding of softplus(12) - 12."""
    cost = Bernoulli()(np.ones((1, 1, 1, 1)), np.full((1, 1, 1, 1), 12.0))
    assert float(cost[0]) == pytest.approx(np.log1p(np.exp(-12)), rel=1e-4)


@pytest.mark.parametrize("scale", [1.0, 0.1, 3])
def test_gaussian(scale):
    images, means = RNG.uniform(-1, 1, (2, *SHAPE))
    expected = -stats.norm.logpdf(images, means, scale).sum((1, 2, 3))
    np.testing.assert_allclose(Gaussian(scale)(images, means), expected, rtol=1e-5)
    assert np.array_equal(Gaussian(scale).to_images(means), means.astype("float32"))


def test_gaussian_keeps_its_scale_when_saved():
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(Gaussian(scale=0.25)))
    assert restored.scale == 0.25


@pytest.mark.parametrize("scale", [0, -1.0, float("nan"), float("inf")])
def test_gaussian_refuses_a_scale_that_is_none(scale):
    with pytest.raises(ValueError, match=f"scale is {scale}; .* has to be a positive number"):
        Gaussian(scale)
