"""The networks against the study's own sequence of TensorFlow operations, on the study's [0, 1] images."""

import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from tfgen.networks import infogan

WIDTH = 3


def leaky_relu(x):
    return np.maximum(x, 0.2 * x)


def batch_norm(x, layer):
    x = np.asarray(x)
    axes = tuple(range(x.ndim - 1))
    return (x - x.mean(axes)) / np.sqrt(x.var(axes) + 1e-3) * np.asarray(layer.gamma) + np.asarray(layer.beta)


def conv(x, layer):
    return np.asarray(tf.nn.conv2d(x, layer.kernel, 2, "SAME") + layer.bias)


def deconv(x, layer):
    n, rows, columns, _ = x.shape
    shape = (n, 2 * rows, 2 * columns, layer.kernel.shape[2])
    return np.asarray(tf.nn.conv2d_transpose(x, layer.kernel, shape, 2) + layer.bias)


def dense(x, layer):
    return x @ np.asarray(layer.kernel) + np.asarray(layer.bias)


def unsettled(model):
    """The model with weights away from their initial zeros and ones, and large enough to matter."""
    rng = np.random.default_rng(3)
    model.set_weights([rng.normal(0.1, 0.3, weights.shape) for weights in model.get_weights()])
    return model


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("part", ["discriminator", "encoder"])
def test_discriminator_and_encoder(part, norm):
    shape = (28, 28, 1)
    build = {"discriminator": infogan.discriminator, "encoder": lambda s, **k: infogan.encoder(s, 5, **k)}[part]
    model = unsettled(build(shape, width=WIDTH, batch_norm=norm))
    images = np.random.default_rng(0).uniform(0, 1, (6, *shape)).astype("float32")

    def normalise(x, name):
        return batch_norm(x, model.get_layer(name)) if norm else x

    x = leaky_relu(conv(images, model.get_layer("conv_1")))
    x = leaky_relu(normalise(conv(x, model.get_layer("conv_2")), "batch_norm_2"))
    x = leaky_relu(normalise(dense(x.reshape(6, -1), model.get_layer("dense_3")), "batch_norm_3"))
    expected = dense(x, model.layers[-1])
    np.testing.assert_allclose(model(2 * images - 1, training=True), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("part", ["generator", "decoder"])
def test_generator_and_decoder(part):
    shape, latent_dim = (28, 28, 1), 5
    build = {"generator": infogan.generator, "decoder": infogan.decoder}[part]
    logits_too = {} if part == "generator" else {"output_activation": "linear"}
    model = unsettled(build(shape, latent_dim, width=WIDTH, **logits_too))
    noise = np.random.default_rng(0).normal(0, 1, (6, latent_dim)).astype("float32")
    activation = leaky_relu if part == "generator" else lambda x: np.maximum(x, 0)

    x = activation(batch_norm(dense(noise, model.get_layer("dense_1")), model.get_layer("batch_norm_1")))
    x = activation(batch_norm(dense(x, model.get_layer("dense_2")), model.get_layer("batch_norm_2")))
    x = deconv(x.reshape(6, 7, 7, 2 * WIDTH).astype("float32"), model.get_layer("deconv_3"))
    logits = deconv(
        activation(batch_norm(x, model.get_layer("batch_norm_3"))).astype("float32"), model.get_layer("deconv_4")
    )
    expected = 2 / (1 + np.exp(-logits)) - 1 if part == "generator" else logits
    np.testing.assert_allclose(model(noise, training=True), expected, rtol=1e-3, atol=1e-3)


def test_the_study_widths():
    """64, 128 and 1024 channels, and the published count of about 8.5 million weights at 32x32."""
    model = infogan.discriminator((32, 32, 3))
    assert [model.get_layer(name).bias.shape for name in ("conv_1", "conv_2", "dense_3")] == [(64,), (128,), (1024,)]
    expected = (16 * 3 * 64 + 64) + (16 * 64 * 128 + 128) + (8192 * 1024 + 1024) + (1024 + 1) + 4 * (128 + 1024)
    assert model.count_params() == expected == pytest.approx(8.5e6, rel=0.01)


def test_normalisation_constants_and_initial_weights():
    model = infogan.discriminator((28, 28, 1), width=32)
    norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    assert [(layer.momentum, layer.epsilon) for layer in norms] == [(0.999, 1e-3)] * 2
    # A normal law cut at two standard deviations keeps 0.8796 of its own.
    convolution, hidden = (np.asarray(model.get_layer(name).kernel) for name in ("conv_2", "dense_3"))
    assert np.abs(convolution).max() <= 0.04
    assert convolution.std() == pytest.approx(0.8796 * 0.02, rel=0.02)
    assert np.abs(hidden).max() > 0.05
    assert hidden.std() == pytest.approx(0.02, rel=0.01)


@pytest.mark.parametrize(("upsampling", "factor"), [("resize_convolution", 1), ("pixel_shuffle", 4)])
def test_other_upsampling(upsampling, factor):
    model = infogan.generator((28, 28, 1), 5, width=WIDTH, upsampling=upsampling)
    assert model.output_shape == (None, 28, 28, 1)
    assert model.get_layer("deconv_3").kernel.shape == (4, 4, 2 * WIDTH, factor * WIDTH)
    assert model.get_layer("deconv_4").kernel.shape == (4, 4, WIDTH, factor)


@pytest.mark.parametrize("build", [infogan.discriminator, lambda shape: infogan.generator(shape, 5)])
def test_sides_must_be_multiples_of_four(build):
    with pytest.raises(
        ValueError, match="30x28 pixels do not allow; resize the images to sides that are multiples of 4"
    ):
        build((30, 28, 1))
