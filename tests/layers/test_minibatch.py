"""Minibatch layers against loops in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen.layers import MinibatchDiscrimination, MinibatchStandardDeviation

RNG = np.random.default_rng(0)


def draw(*shape):
    return RNG.normal(size=shape).astype("float32")


def test_discrimination_sums_closeness_to_the_other_rows():
    n, features, kernels, dim = 5, 7, 3, 2
    layer, x = MinibatchDiscrimination(kernels, dim), draw(n, features)
    outputs = layer(x)
    tensor = layer.kernel.numpy().reshape(features, kernels, dim)
    m = np.einsum("na,abc->nbc", x, tensor)
    expected = np.zeros((n, kernels))
    for i in range(n):
        for b in range(kernels):
            expected[i, b] = sum(np.exp(-np.abs(m[i, b] - m[j, b]).sum()) for j in range(n) if j != i)
    np.testing.assert_array_equal(outputs[:, :features], x)
    np.testing.assert_allclose(outputs[:, features:], expected, rtol=1e-4, atol=1e-6)


def test_discrimination_of_equal_rows_and_of_one_row():
    layer = MinibatchDiscrimination(4, 3)
    np.testing.assert_array_equal(layer(np.ones((6, 2), "float32"))[:, 2:], np.full((6, 4), 5.0))
    np.testing.assert_array_equal(layer(draw(1, 2))[:, 2:], np.zeros((1, 4)))


@pytest.mark.parametrize("shape", [(6, 5), (6, 3, 4, 5)])
def test_standard_deviation_is_one_number_everywhere(shape):
    x = draw(*shape)
    outputs = MinibatchStandardDeviation()(x)
    np.testing.assert_array_equal(outputs[..., :-1], x)
    np.testing.assert_allclose(outputs[..., -1:], np.full((*shape[:-1], 1), x.std(axis=0).mean()), rtol=1e-5)


def test_equal_rows_have_a_finite_gradient():
    x = tf.ones((4, 3))
    layer = MinibatchStandardDeviation()
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = tf.reduce_sum(layer(x)[:, -1])
    np.testing.assert_allclose(tape.gradient(outputs, x), np.zeros((4, 3)), atol=1e-6)


@pytest.mark.parametrize("layer", [MinibatchDiscrimination(3, 2), MinibatchStandardDeviation()])
def test_graph_xla_and_symbolic_shapes(layer, tmp_path):
    inputs = keras.Input((5,))
    model = keras.Model(inputs, layer(inputs))
    x = draw(4, 5)
    for jit_compile in (False, True):
        np.testing.assert_allclose(tf.function(model, jit_compile=jit_compile)(x), model(x), rtol=1e-5, atol=1e-6)
    assert model.output_shape == (None, *model(x).shape[1:])
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(x), model(x))


def test_sizes_under_one_are_refused():
    with pytest.raises(ValueError, match="kernels is 0 and kernel_dim 5; both are 1 or more"):
        MinibatchDiscrimination(kernels=0)
