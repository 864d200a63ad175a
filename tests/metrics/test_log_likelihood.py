"""The bounds against probabilistic PCA, a linear Gaussian VAE whose likelihood has a closed form."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import multivariate_normal

from tfgen.errors import DivergenceError
from tfgen.losses.likelihoods import Bernoulli, Gaussian
from tfgen.metrics import importance_weighted_log_likelihood

RNG = np.random.default_rng(0)
SHAPE = (2, 3, 1)
SCALE = 0.4
# Orthogonal columns, so that the exact posterior has a diagonal covariance.
WEIGHTS = (np.linalg.qr(RNG.normal(size=(6, 2)))[0] * [0.5, 0.3]).astype(np.float32)
MEAN = RNG.uniform(-0.2, 0.2, 6).astype(np.float32)
IMAGES = RNG.uniform(-1, 1, (4, *SHAPE)).astype(np.float32)
EXACT = multivariate_normal(MEAN, WEIGHTS @ WEIGHTS.T + SCALE**2 * np.eye(6)).logpdf(IMAGES.reshape(4, 6))


def posterior(images, widen=0.0):
    """p(z|x), or that with `widen` added to the log-variance."""
    precision = np.diag(WEIGHTS.T @ WEIGHTS) / SCALE**2 + 1
    mean = (tf.reshape(images, (-1, 6)) - MEAN) @ WEIGHTS / SCALE**2 / precision
    return mean, tf.zeros_like(mean) - np.log(precision).astype(np.float32) + widen


def decode(codes):
    return tf.reshape(codes @ WEIGHTS.T + MEAN, (-1, *SHAPE))


def bounds(samples, widen=0.0, images=IMAGES, **kwargs):
    return importance_weighted_log_likelihood(
        images, lambda images: posterior(images, widen), decode, Gaussian(SCALE), samples=samples, **kwargs
    )


@pytest.mark.parametrize("samples", [1, 7])
def test_the_exact_posterior_gives_the_exact_likelihood(samples):
    result = bounds(samples)
    np.testing.assert_allclose(result.importance_weighted, EXACT, atol=1e-4)
    np.testing.assert_allclose(result.elbo, EXACT, atol=1e-4)
    assert result.samples == samples


def test_many_samples_reach_the_exact_likelihood_from_a_wrong_posterior():
    result = bounds(20_000, widen=1.0)
    np.testing.assert_allclose(result.importance_weighted, EXACT, atol=0.03)
    # log p(x) - KL(q || p(z|x)), two latents with the variance e times too large.
    np.testing.assert_allclose(result.elbo, EXACT - (np.e - 1 - 1), atol=0.05)


def test_it_rises_with_the_samples_from_the_elbo():
    images = np.repeat(IMAGES[:1], 400, axis=0)
    means = [bounds(samples, widen=1.0, images=images).importance_weighted.mean() for samples in (1, 4, 16)]
    assert means[0] < means[1] < means[2] < EXACT[0] + 0.05
    assert means[0] == pytest.approx(EXACT[0] - (np.e - 2), abs=0.15)
    one = bounds(1, widen=1.0)
    np.testing.assert_allclose(one.importance_weighted, one.elbo, rtol=1e-12)


def test_memory_is_that_of_a_batch_whatever_the_samples():
    seen = []

    def recording(codes):
        tf.py_function(lambda rows: seen.append(int(rows)), [tf.shape(codes)[0]], [])
        return decode(codes)

    for batch_size, rows in ((10, [8] * 8 + [4]), (3, [3] * 17 + [1] * 17), (1, [1] * 68)):
        seen.clear()
        result = importance_weighted_log_likelihood(
            IMAGES, posterior, recording, Gaussian(SCALE), samples=17, batch_size=batch_size
        )
        assert sorted(seen) == sorted(rows)
        np.testing.assert_allclose(result.importance_weighted, EXACT, atol=1e-4)


def test_the_seed_draws_the_samples():
    first, again, other = (bounds(3, widen=1.0, seed=seed).importance_weighted for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


def test_samples_are_independent_over_images_and_passes():
    images = np.repeat(IMAGES[:1], 6, axis=0)
    elbos = bounds(1, widen=1.0, images=images, batch_size=2).elbo
    assert len(np.unique(elbos.round(5))) == 6


def test_bernoulli_nats_of_black_and_white_pixels():
    images = np.sign(IMAGES)
    result = importance_weighted_log_likelihood(
        images,
        lambda images: (tf.zeros((len(images), 2)), tf.zeros((len(images), 2))),  # the prior itself
        lambda codes: tf.zeros((tf.shape(codes)[0], *SHAPE)),
        Bernoulli(),
        samples=5,
    )
    np.testing.assert_allclose(result.importance_weighted, 6 * np.log(0.5), rtol=1e-5)


def test_half_precision_networks():
    result = importance_weighted_log_likelihood(
        IMAGES,
        lambda images: tuple(tf.cast(part, "bfloat16") for part in posterior(images)),
        decode,
        Gaussian(SCALE),
        samples=200,
    )
    np.testing.assert_allclose(result.importance_weighted, EXACT, atol=0.05)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="samples is 0 and batch_size 256; both are 1 or more"):
        bounds(0)
    with pytest.raises(ValueError, match="images are uint8"):
        bounds(1, images=np.zeros((2, *SHAPE), np.uint8))
    with pytest.raises(DivergenceError, match="is not finite for an image; look for NaN in the networks"):
        bounds(2, widen=np.nan)
