"""Spectral normalisation against NumPy's singular values, the paper's gradient and finite differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from replicas import two_replicas

from tfgen.layers import SpectralNormalization

RNG = np.random.default_rng(0)
KINDS = {
    "dense": (lambda: layers.Dense(4), (5,), lambda kernel: kernel),
    "conv": (lambda: layers.Conv2D(4, 3), (6, 6, 2), lambda kernel: kernel.reshape(-1, 4)),
    # Keras keeps a transposed convolution's output channels before its input channels.
    "deconv": (
        lambda: layers.Conv2DTranspose(4, 3),
        (6, 6, 2),
        lambda kernel: kernel.transpose(0, 1, 3, 2).reshape(-1, 4),
    ),
    "embedding": (lambda: layers.Embedding(7, 4), None, lambda kernel: kernel),
}


def draw(shape):
    return RNG.normal(size=shape).astype("float32")


def wrapped(kind):
    """A built wrapper with a kernel of random numbers, some inputs, and the kernel as a matrix."""
    make, shape, matrix = KINDS[kind]
    inputs = np.arange(7) if shape is None else draw((3, *shape))
    layer = SpectralNormalization(make())
    layer(inputs)
    kernel = layer.layer.embeddings if kind == "embedding" else layer.layer.kernel
    kernel.assign(draw(kernel.shape))
    return layer, inputs, kernel, matrix(kernel.numpy())


def converge(layer, inputs, steps=60):
    for _ in range(steps):
        layer(inputs, training=True)


def dense_matrix(units=4, features=5):
    """A spectrally normalised Dense layer at its singular vectors, and its kernel."""
    layer = SpectralNormalization(layers.Dense(units, use_bias=False))
    layer(np.zeros((1, features), "float32"))
    layer.layer.kernel.assign(draw((features, units)))
    converge(layer, np.zeros((1, features), "float32"))
    return layer, layer.layer.kernel


def finite_difference(function, kernel, step=1e-6):
    """The gradient of a NumPy function of a float64 matrix."""
    gradient = np.zeros_like(kernel)
    for index in np.ndindex(kernel.shape):
        moved = np.zeros_like(kernel)
        moved[index] = step
        gradient[index] = (function(kernel + moved) - function(kernel - moved)) / (2 * step)
    return gradient


@pytest.mark.parametrize("kind", KINDS)
def test_the_kernel_is_divided_by_its_largest_singular_value(kind):
    layer, inputs, kernel, matrix = wrapped(kind)
    before = kernel.numpy()
    converge(layer, inputs)
    np.testing.assert_array_equal(kernel.numpy(), before)
    normalised = layer(inputs, training=False)
    kernel.assign(before / np.linalg.svd(matrix, compute_uv=False)[0])
    np.testing.assert_allclose(normalised, layer.layer(inputs), rtol=1e-4, atol=1e-5)


def test_a_training_call_is_one_step_of_the_power_iteration():
    layer, inputs, kernel, _ = wrapped("dense")
    w, u = kernel.numpy().T.astype("float64"), layer.u.numpy().astype("float64")
    v = w.T @ u / np.linalg.norm(w.T @ u)
    u = w @ v / np.linalg.norm(w @ v)
    outputs = layer(inputs, training=True)
    np.testing.assert_allclose(layer.u.numpy(), u, rtol=1e-5)
    np.testing.assert_allclose(outputs, inputs @ (w.T / (u @ w @ v)), rtol=1e-4)


def test_more_iterations_are_more_steps():
    one, inputs, kernel, _ = wrapped("dense")
    three = SpectralNormalization(layers.Dense(4), power_iterations=3)
    three(inputs)
    three.layer.kernel.assign(kernel)
    three.u.assign(one.u)
    converge(one, inputs, steps=3)
    three(inputs, training=True)
    np.testing.assert_allclose(three.u.numpy(), one.u.numpy(), rtol=1e-5)


def test_evaluation_keeps_u():
    layer, inputs, _, _ = wrapped("conv")
    before = layer.u.numpy()
    first, second = layer(inputs), layer(inputs, training=False)
    np.testing.assert_array_equal(layer.u.numpy(), before)
    np.testing.assert_array_equal(first, second)
    layer(inputs, training=True)
    assert not np.array_equal(layer.u.numpy(), before)


def test_only_the_kernel_and_the_bias_are_trained():
    layer, _, _, _ = wrapped("dense")
    assert [variable.path.split("/")[-1] for variable in layer.trainable_variables] == ["kernel", "bias"]
    assert layer.non_trainable_variables == [layer.u]


def test_gradient_is_equation_12_of_the_paper():
    layer, inputs, kernel, _ = wrapped("dense")
    weights = draw((3, 4))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(weights * layer(inputs, training=True))
    gradient = tape.gradient(loss, kernel.value)
    # The step that the call took: u is the new one, v that which led to it.
    w = kernel.numpy().T.astype("float64")
    u = layer.u.numpy().astype("float64")
    v = np.linalg.pinv(w) @ u
    v /= np.linalg.norm(v)
    sigma = u @ w @ v
    delta_h = weights.T @ inputs
    penalty = np.sum(delta_h * (w / sigma))
    np.testing.assert_allclose(gradient, ((delta_h - penalty * np.outer(u, v)) / sigma).T, rtol=1e-3, atol=1e-4)


def test_gradient_is_that_of_dividing_by_the_largest_singular_value():
    layer, kernel = dense_matrix()
    inputs, weights = draw((3, 5)), draw((3, 4))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(weights * layer(inputs, training=True) ** 2)
    expected = finite_difference(
        lambda w: np.sum(weights * (inputs @ (w / np.linalg.norm(w, 2))) ** 2), kernel.numpy().astype("float64")
    )
    np.testing.assert_allclose(tape.gradient(loss, kernel.value), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_second_order_gradients(jit_compile):
    layer, kernel = dense_matrix()
    inputs, weights = tf.constant(draw((3, 5))), draw((4,))

    @tf.function(jit_compile=jit_compile)
    def gradient_of_a_penalty():
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(inputs)
                outputs = tf.reduce_sum(weights * layer(inputs, training=True))
            penalty = tf.reduce_sum(inner.gradient(outputs, inputs) ** 2)
        return outer.gradient(penalty, kernel.value)

    expected = finite_difference(
        lambda w: 3 * np.sum((w @ weights / np.linalg.norm(w, 2)) ** 2), kernel.numpy().astype("float64")
    )
    np.testing.assert_allclose(gradient_of_a_penalty(), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_eager_graph_and_xla_agree(kind):
    layer, inputs, kernel, _ = wrapped(kind)
    inputs = tf.constant(inputs)

    def step():
        with tf.GradientTape() as tape:
            outputs = layer(inputs, training=True)
            loss = tf.reduce_sum(outputs**2)
        return outputs, tf.convert_to_tensor(tape.gradient(loss, kernel.value))

    start, results = layer.u.numpy(), []
    for run in (step, tf.function(step), tf.function(step, jit_compile=True)):
        layer.u.assign(start)
        results.append([*(result.numpy() for result in run()), layer.u.numpy()])
    for other in results[1:]:
        for value, expected in zip(other, results[0], strict=True):
            np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-4)


def test_replicas_take_the_same_step():
    strategy = two_replicas()
    alone, inputs, _, _ = wrapped("dense")
    with strategy.scope():
        layer = SpectralNormalization(layers.Dense(4))
        layer.build((None, 5))
    layer.set_weights(alone.get_weights())
    outputs = tf.function(lambda: strategy.run(lambda: layer(tf.constant(inputs), training=True)))()
    expected = alone(inputs, training=True)
    for output, u in zip(strategy.experimental_local_results(outputs), layer.u.value.values, strict=True):
        np.testing.assert_allclose(output, expected, rtol=1e-5)
        np.testing.assert_allclose(u, alone.u.numpy(), rtol=1e-5)


def test_sigma_is_float32_in_mixed_precision():
    layer = SpectralNormalization(layers.Dense(8, use_bias=False, dtype="mixed_bfloat16"))
    layer(np.eye(64, dtype="float32"))
    converge(layer, np.eye(64, dtype="float32"))
    kernel = layer.layer.kernel.numpy()
    outputs = layer(np.eye(64, dtype="float32"))
    assert outputs.dtype == "bfloat16"
    assert layer.u.dtype == layer.layer.kernel.dtype == "float32"
    exact = tf.cast(kernel / np.linalg.norm(kernel, 2), "bfloat16")
    from_halves = tf.cast(kernel, "bfloat16") / tf.cast(np.linalg.norm(kernel, 2), "bfloat16")
    # A last bit may fall otherwise where the quotient lies between two numbers of eight bits.
    assert np.mean(outputs.numpy() == exact.numpy()) > 0.98 > np.mean(from_halves.numpy() == exact.numpy())


def test_saved_and_loaded(tmp_path):
    inputs = keras.Input((6, 6, 2))
    conv = SpectralNormalization(layers.Conv2D(3, 3, name="conv"), power_iterations=2)
    model = keras.Model(inputs, conv(inputs))
    images = draw((2, 6, 6, 2))
    model(images, training=True)
    model.save(tmp_path / "model.keras")
    copy = keras.models.load_model(tmp_path / "model.keras")
    assert copy.get_layer("conv").power_iterations == 2
    for training in (False, True):
        np.testing.assert_array_equal(copy(images, training=training), model(images, training=training))


def test_a_copy_of_its_configuration_takes_another_width():
    layer, _, _, _ = wrapped("dense")
    copy = SpectralNormalization.from_config(layer.get_config())
    assert copy(draw((2, 9))).shape == (2, 4)


def test_a_kernel_of_zeros_stays_zeros():
    layer, inputs, kernel, _ = wrapped("dense")
    kernel.assign(np.zeros(kernel.shape))
    for training in (True, False):
        np.testing.assert_array_equal(layer(inputs, training=training), np.zeros((3, 4)))


def test_refusals():
    with pytest.raises(ValueError, match="power_iterations is 0; it is 1 or more"):
        SpectralNormalization(layers.Dense(1), power_iterations=0)
    with pytest.raises(ValueError, match="ReLU 'relu' has neither; wrap a Dense"):
        SpectralNormalization(layers.ReLU(name="relu")).build((None, 3))
