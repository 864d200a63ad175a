"""Gradient penalties against NumPy, and their epsilon under the root."""

import numpy as np
import pytest
import tensorflow as tf

from tfgen.losses.gradient_penalties import gradient_norms, unit_norm_penalty, zero_centred_penalty

GRADIENTS = np.random.default_rng(0).normal(size=(5, 4, 3, 2)).astype("float32")
NORMS = np.linalg.norm(GRADIENTS.reshape(5, -1), axis=1)


def test_against_numpy():
    np.testing.assert_allclose(gradient_norms(GRADIENTS), NORMS, rtol=1e-6)
    assert float(unit_norm_penalty(GRADIENTS)) == pytest.approx(((NORMS - 1) ** 2).mean(), rel=1e-6)
    assert float(zero_centred_penalty(GRADIENTS)) == pytest.approx((NORMS**2).mean() / 2, rel=1e-6)


@pytest.mark.parametrize("penalty", [unit_norm_penalty, zero_centred_penalty])
def test_the_gradient_at_zero_is_zero_and_not_nan(penalty):
    zero = tf.zeros((2, 2, 2, 1))
    with tf.GradientTape() as tape:
        tape.watch(zero)
        loss = penalty(zero)
    np.testing.assert_array_equal(tape.gradient(loss, zero), zero)


@pytest.mark.parametrize("penalty", [gradient_norms, unit_norm_penalty, zero_centred_penalty])
def test_half_precision_is_summed_in_float32(penalty):
    # 70,000 squares of 1 are more than float16 holds.
    value = penalty(tf.ones((1, 70_000, 1, 1), tf.float16))
    assert value.dtype == tf.float32
    assert np.isfinite(value).all()
