import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen.layers import PixelShuffle
from tfgen.layers.upsampling import find_upsampling

X = np.random.default_rng(0).normal(size=(2, 3, 5, 8)).astype("float32")


def build(name, channels=4, kernel_size=3):
    inputs = keras.Input(X.shape[1:])
    model = keras.Model(inputs, find_upsampling(name)(inputs, channels, kernel_size, use_bias=False, name="layer"))
    return model, model.get_layer("layer").kernel


def test_pixel_shuffle_is_depth_to_space():
    np.testing.assert_array_equal(PixelShuffle()(X), tf.nn.depth_to_space(X, 2))
    shuffle = tf.function(PixelShuffle(), jit_compile=True, input_signature=[tf.TensorSpec((None, 3, 5, 8))])
    np.testing.assert_array_equal(shuffle(X), tf.nn.depth_to_space(X, 2))


def test_transposed_convolution():
    model, kernel = build("transposed_convolution")
    np.testing.assert_allclose(model(X), tf.nn.conv2d_transpose(X, kernel, (2, 6, 10, 4), 2), rtol=1e-4, atol=1e-5)


def test_resize_convolution():
    model, kernel = build("resize_convolution")
    resized = tf.image.resize(X, (6, 10), "nearest")
    np.testing.assert_allclose(model(X), tf.nn.conv2d(resized, kernel, 1, "SAME"), rtol=1e-4, atol=1e-5)


def test_convolution_and_pixel_shuffle():
    model, kernel = build("pixel_shuffle")
    assert kernel.shape == (3, 3, 8, 16)
    expected = tf.nn.depth_to_space(tf.nn.conv2d(X, kernel, 1, "SAME"), 2)
    np.testing.assert_allclose(model(X), expected, rtol=1e-4, atol=1e-5)


def test_no_checkerboard_from_a_constant_image():
    """Of a constant image, away from its border, a resize and convolution makes a constant one."""

    def spread(name):
        model, _ = build(name)
        inside = model(np.ones_like(X))[:, 2:-2, 2:-2]
        return float(np.ptp(inside, axis=(1, 2)).max())

    assert spread("resize_convolution") < 1e-6 < 1e-2 < spread("transposed_convolution")


def test_refusals():
    with pytest.raises(
        ValueError, match="no upsampling 'bilinear'; it is one of transposed_convolution, resize_convolution, pixel"
    ):
        find_upsampling("bilinear")
    with pytest.raises(ValueError, match="takes a multiple of 4 channels, not 6"):
        PixelShuffle()(keras.Input((2, 2, 6)))
