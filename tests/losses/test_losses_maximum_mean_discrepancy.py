"""The loss of Wasserstein autoencoders, against loops, its expectation and its gradient."""

import numpy as np
import pytest
import tensorflow as tf

from tfgen.losses.maximum_mean_discrepancy import inverse_multiquadric_mmd

RNG = np.random.default_rng(0)
FIRST, SECOND = RNG.normal(size=(6, 3)), RNG.normal(0.5, 2, size=(8, 3))


def by_loops(first, second, deviation=1.0, scales=(0.1, 0.2, 0.5, 1, 2, 5, 10)):
    base = 2 * first.shape[1] * deviation**2

    def kernel(x, y):
        return sum(scale * base / (scale * base + np.sum((x - y) ** 2)) for scale in scales)

    def among(rows):
        return np.mean([kernel(x, y) for i, x in enumerate(rows) for j, y in enumerate(rows) if i != j])

    return among(first) + among(second) - 2 * np.mean([kernel(x, y) for x in first for y in second])


@pytest.mark.parametrize("arguments", [{}, {"deviation": 0.3}, {"scales": (1.0,)}], ids=["usual", "narrow", "paper"])
def test_against_loops(arguments):
    found = inverse_multiquadric_mmd(FIRST, SECOND, **arguments)
    assert float(found) == pytest.approx(by_loops(FIRST, SECOND, **arguments), rel=1e-5)


def test_no_difference_is_0_on_average():
    values = np.array([inverse_multiquadric_mmd(*RNG.normal(size=(2, 8, 2))) for _ in range(100)])
    assert abs(values.mean()) < 4 * values.std() / np.sqrt(len(values))
    assert (values < 0).any()


def test_its_gradient_is_that_of_the_loops():
    first = tf.constant(FIRST, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(first)
        loss = inverse_multiquadric_mmd(first, SECOND)
    gradient = tape.gradient(loss, first).numpy()
    for row, column in ((0, 0), (3, 2)):
        step = np.zeros_like(FIRST)
        step[row, column] = 1e-5
        expected = (by_loops(FIRST + step, SECOND) - by_loops(FIRST - step, SECOND)) / 2e-5
        assert gradient[row, column] == pytest.approx(expected, rel=1e-3)


def test_equal_and_single_rows_have_finite_values_and_gradients():
    for first in (tf.zeros((4, 3)), tf.ones((1, 3))):
        with tf.GradientTape() as tape:
            tape.watch(first)
            loss = inverse_multiquadric_mmd(first, tf.zeros_like(first))
        assert np.isfinite(loss)
        assert np.isfinite(tape.gradient(loss, first)).all()


def test_half_precision_is_computed_in_float32():
    halves = [tf.cast(each, "bfloat16") for each in (FIRST, SECOND)]
    loss = inverse_multiquadric_mmd(*halves)
    assert loss.dtype == "float32"
    assert float(loss) == float(inverse_multiquadric_mmd(*(tf.cast(each, "float32") for each in halves)))


def test_the_rows_number_may_be_unknown_and_xla_agrees():
    compiled = tf.function(inverse_multiquadric_mmd, jit_compile=True)
    traced = tf.function(inverse_multiquadric_mmd, input_signature=[tf.TensorSpec((None, 3))] * 2)
    rows = [tf.constant(each, tf.float32) for each in (FIRST, SECOND)]
    for function in (compiled, traced):
        assert float(function(*rows)) == pytest.approx(float(inverse_multiquadric_mmd(*rows)), rel=1e-5)
