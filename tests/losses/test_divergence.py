import numpy as np
import pytest
import tensorflow as tf
from scipy import integrate, stats

from tfgen.losses.divergence import gaussian_kl, gaussian_kl_of_dimensions


def test_against_numerical_integration():
    mean, log_variance = 0.7, -1.2
    q, p = stats.norm(mean, np.exp(log_variance / 2)), stats.norm()
    expected, _ = integrate.quad(lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), -8, 8)
    assert float(gaussian_kl([[mean]], [[log_variance]])[0]) == pytest.approx(expected, rel=1e-5)


def test_against_monte_carlo():
    rng = np.random.default_rng(0)
    mean, log_variance = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    scale = np.exp(log_variance / 2)
    z = mean + scale * rng.normal(size=(100_000, 3, 4))
    ratios = (stats.norm.logpdf(z, mean, scale) - stats.norm.logpdf(z)).sum(axis=-1)
    errors = ratios.std(axis=0) / len(ratios) ** 0.5
    kl = np.asarray(gaussian_kl(mean, log_variance))
    assert kl.shape == (3,)
    assert np.all(np.abs(kl - ratios.mean(axis=0)) < 4 * errors)


def test_the_prior_itself_costs_nothing_and_its_neighbours_almost_nothing():
    assert np.array_equal(gaussian_kl(np.zeros((2, 5)), np.zeros((2, 5))), [0, 0])
    # Near zero the divergence is log_variance^2 / 4; a plain exp(v) - v - 1 loses it in float32's rounding.
    assert float(gaussian_kl([[0.0]], [[1e-3]])[0]) == pytest.approx(1e-6 / 4, rel=1e-3)


def test_gradient():
    """d/d mean = mean; d/d log_variance = (exp(log_variance) - 1) / 2."""
    mean, log_variance = tf.constant([[0.5, -2.0]]), tf.constant([[1.0, -3.0]])
    with tf.GradientTape() as tape:
        tape.watch([mean, log_variance])
        kl = gaussian_kl(mean, log_variance)
    by_mean, by_log_variance = tape.gradient(kl, [mean, log_variance])
    np.testing.assert_allclose(by_mean, mean, rtol=1e-6)
    np.testing.assert_allclose(by_log_variance, np.expm1(log_variance) / 2, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_computed_in_float32(dtype):
    mean = tf.cast(tf.fill((1, 100), 40.0), dtype)
    kl = gaussian_kl(mean, tf.zeros_like(mean))
    assert kl.dtype == "float32"
    assert float(kl[0]) == pytest.approx(80_000), "beyond float16, and rounded in bfloat16"


def test_dimensions_add_up():
    mean, log_variance = np.random.default_rng(0).normal(size=(2, 3, 4))
    of_dimensions = np.asarray(gaussian_kl_of_dimensions(mean, log_variance))
    np.testing.assert_allclose(of_dimensions, 0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1), rtol=1e-5)
    np.testing.assert_allclose(of_dimensions.sum(1), gaussian_kl(mean, log_variance), rtol=1e-6)
