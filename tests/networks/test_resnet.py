"""Table 4 of Miyato et al. 2018, and a forward pass by TensorFlow's own operations."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from tfgen.layers import ConditionalBatchNormalization, SpectralNormalization
from tfgen.networks import resnet


def conv(inputs, outputs, side):
    return side * side * inputs * outputs + outputs


def test_generator_is_the_table():
    model = resnet.generator((32, 32, 3), 128)
    block = 2 * conv(256, 256, 3) + conv(256, 256, 1) + 2 * 4 * 256
    weights = (128 * 4 * 4 * 256 + 4 * 4 * 256) + 3 * block + 4 * 256 + conv(256, 3, 3)
    assert model.count_params() == weights
    sides = [model.get_layer(f"block_{stage}").output.shape[1:] for stage in (1, 2, 3)]
    assert sides == [(8, 8, 256), (16, 16, 256), (32, 32, 256)]


def test_discriminator_is_the_table():
    model = resnet.discriminator((32, 32, 3))
    first = conv(3, 128, 3) + conv(128, 128, 3) + conv(3, 128, 1)
    second = 2 * conv(128, 128, 3) + conv(128, 128, 1)
    plain = 2 * conv(128, 128, 3)
    u = 128 * (3 + 3 + 2 + 2) + 1
    assert model.count_params() == first + second + 2 * plain + 128 + u
    sides = [model.get_layer(f"block_{stage}").output.shape[1:] for stage in (1, 2, 3, 4)]
    assert sides == [(16, 16, 128), (8, 8, 128), (8, 8, 128), (8, 8, 128)]
    assert not [layer for layer in model.layers if hasattr(layer, "kernel")], "outside of spectral normalisation"


@pytest.mark.parametrize(("side", "blocks"), [(28, 4), (16, 3), (64, 5), (128, 6)])
def test_other_sizes_have_more_or_fewer_blocks(side, blocks):
    model = resnet.discriminator((side, side, 1), width=2)
    outputs = [model.get_layer(f"block_{stage}").output.shape[1] for stage in range(1, blocks + 1)]
    assert outputs[-3:] == [7 if side == 28 else 8] * 3
    assert len([layer for layer in model.layers if isinstance(layer, layers.Add)]) == blocks


def test_discriminator_forward_pass():
    model = resnet.discriminator((16, 16, 2), width=3)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 2)).astype("float32")
    for layer in model.layers:
        if isinstance(layer, SpectralNormalization):
            kernel = layer.layer.kernel.numpy()
            # Where the power iteration ends.
            layer.u.assign(np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]))[2][0])

    def apply(x, name):
        layer = model.get_layer(name).layer
        kernel = layer.kernel.numpy()
        kernel = kernel / np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), 2)
        return tf.nn.conv2d(x, kernel, 1, "SAME") + layer.bias

    def halve(x):
        return tf.nn.avg_pool2d(x, 2, 2, "VALID")

    x = halve(apply(tf.nn.relu(apply(images, "block_1_conv_1")), "block_1_conv_2"))
    x = x + apply(halve(images), "block_1_shortcut")
    for block in (2, 3):
        x = x + apply(tf.nn.relu(apply(tf.nn.relu(x), f"block_{block}_conv_1")), f"block_{block}_conv_2")
    features = tf.reduce_sum(tf.nn.relu(x), (1, 2))
    last = model.get_layer("logits").layer
    expected = features @ last.kernel.numpy() / np.linalg.norm(last.kernel)
    np.testing.assert_allclose(model(images), expected, rtol=1e-3, atol=1e-3)


def test_generator_forward_pass():
    model = resnet.generator((8, 8, 1), 5, width=3)
    noise = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")

    def apply(x, name):
        layer = model.get_layer(name)
        return tf.nn.conv2d(x, layer.kernel, 1, "SAME") + layer.bias

    def normalise(x):
        mean, variance = tf.nn.moments(x, (0, 1, 2))
        return tf.nn.relu((x - mean) / tf.sqrt(variance + 2e-5))

    def double(x):
        return tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2)

    project = model.get_layer("project")
    x = tf.reshape(noise @ project.kernel.numpy() + project.bias, (6, 4, 4, 3))
    shortcut = apply(double(x), "block_1_shortcut")
    x = apply(normalise(apply(double(normalise(x)), "block_1_conv_1")), "block_1_conv_2") + shortcut
    expected = tf.tanh(apply(normalise(x), "conv_images"))
    np.testing.assert_allclose(model(noise, training=True), expected, rtol=1e-3, atol=1e-3)


def test_initial_weights_are_the_authors():
    model = resnet.discriminator((32, 32, 3), width=64)

    def largest(name):
        return np.abs(model.get_layer(name).layer.kernel).max()

    assert largest("block_2_conv_1") == pytest.approx(np.sqrt(2) * np.sqrt(6 / (9 * 64 + 9 * 64)), rel=0.01)
    assert largest("block_2_shortcut") == pytest.approx(np.sqrt(6 / (64 + 64)), rel=0.01)


def test_conditional_generator(tmp_path):
    model = resnet.generator((16, 16, 1), 5, width=4, num_classes=3)
    assert [inputs.name for inputs in model.inputs] == ["noise", "labels"]
    norms = [layer for layer in model.layers if "norm" in layer.name]
    assert {type(layer) for layer in norms} == {ConditionalBatchNormalization}
    assert len(norms) == 2 * 2 + 1
    for layer in norms:
        layer.gamma.assign(np.random.default_rng(0).normal(size=layer.gamma.shape))
    noise = np.random.default_rng(0).normal(size=(1, 5)).astype("float32")
    one, other, again = (model([noise, np.array([label], "int32")]) for label in (0, 1, 0))
    assert not np.allclose(one, other)
    np.testing.assert_array_equal(one, again)
    copy = keras.Model.from_config(json.loads(json.dumps(model.get_config())))
    copy.set_weights(model.get_weights())
    np.testing.assert_array_equal(copy([noise, np.array([1], "int32")]), other)
    assert not any(isinstance(layer, SpectralNormalization) for layer in model.layers)
