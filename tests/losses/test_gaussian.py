import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfgen.losses.gaussian import gaussian_negative_log_likelihood

RNG = np.random.default_rng(0)
VALUES, MEAN, LOG_SCALE = RNG.normal(size=(3, 20, 2))


def test_against_scipy():
    expected = -stats.norm(MEAN, np.exp(LOG_SCALE)).logpdf(VALUES).sum(axis=1).mean()
    assert float(gaussian_negative_log_likelihood(VALUES, MEAN, LOG_SCALE)) == pytest.approx(expected, rel=1e-5)


def test_it_is_lowest_at_the_values_own_mean_and_scale():
    values = tf.constant(VALUES, "float32")
    mean = tf.ones_like(values) * tf.reduce_mean(values, axis=0)
    log_scale = tf.ones_like(values) * tf.math.log(tf.math.reduce_std(values, axis=0))
    with tf.GradientTape() as tape:
        tape.watch([mean, log_scale])
        loss = gaussian_negative_log_likelihood(values, mean, log_scale)
    for gradient in tape.gradient(loss, [mean, log_scale]):
        np.testing.assert_allclose(tf.reduce_sum(gradient, axis=0), 0, atol=1e-5)


def test_no_component_costs_nothing():
    assert float(gaussian_negative_log_likelihood(*np.empty((3, 5, 0)))) == 0


def test_half_precision_is_computed_in_float32():
    halves = [tf.cast(each, "bfloat16") for each in (VALUES, MEAN, LOG_SCALE)]
    loss = gaussian_negative_log_likelihood(*halves)
    assert loss.dtype == "float32"
    assert float(loss) == float(gaussian_negative_log_likelihood(*(tf.cast(each, "float32") for each in halves)))
