"""Table 3 of Miyato et al. 2018."""

import numpy as np
import pytest
from keras import layers

from tfgen.layers import SpectralNormalization
from tfgen.networks import sndcgan


def test_discriminator_is_the_table():
    model = sndcgan.discriminator((32, 32, 3))
    wrapped = [layer.layer for layer in model.layers if isinstance(layer, SpectralNormalization)]
    table = [(3, 1, 64), (4, 2, 64), (3, 1, 128), (4, 2, 128), (3, 1, 256), (4, 2, 256), (3, 1, 512)]
    assert [(layer.kernel_size[0], layer.strides[0], layer.filters) for layer in wrapped[:-1]] == table
    assert wrapped[-1].kernel.shape == (4 * 4 * 512, 1)
    assert not [layer for layer in model.layers if hasattr(layer, "kernel")], "outside of spectral normalisation"
    slopes = [layer.negative_slope for layer in model.layers if isinstance(layer, layers.LeakyReLU)]
    assert slopes == pytest.approx([0.1] * 7)
    channels = [3, *(row[2] for row in table)]
    kernels = sum(k * k * before * after for (k, _, after), before in zip(table, channels, strict=False))
    weights = kernels + sum(channels[1:]) + 4 * 4 * 512 + 1
    u = sum(channels[1:]) + 1
    assert model.count_params() == weights + u


def test_generator_is_the_table():
    model = sndcgan.generator((32, 32, 3), 128)
    kernels = [(layer.name, layer.kernel.shape, layer.use_bias) for layer in model.layers if hasattr(layer, "kernel")]
    assert kernels == [
        ("project", (128, 4 * 4 * 512), True),
        ("deconv_1", (4, 4, 256, 512), False),
        ("deconv_2", (4, 4, 128, 256), False),
        ("deconv_3", (4, 4, 64, 128), False),
        ("conv_images", (3, 3, 64, 3), True),
    ]
    assert [layer.strides for layer in model.layers if isinstance(layer, layers.Conv2DTranspose)] == [(2, 2)] * 3
    assert [layer.name for layer in model.layers if isinstance(layer, layers.BatchNormalization)] == [
        "batch_norm_1",
        "batch_norm_2",
        "batch_norm_3",
    ]
    kernel = np.asarray(model.get_layer("deconv_1").kernel)
    assert kernel.std() == pytest.approx(0.02, rel=0.01)


@pytest.mark.parametrize(
    ("image_shape", "base"),
    [((48, 48, 3), (6, 6, 16)), ((28, 28, 1), (7, 7, 8)), ((64, 64, 3), (8, 8, 16)), ((8, 20, 1), (2, 5, 8))],
)
def test_other_sizes_are_halved_three_times_or_twice(image_shape, base):
    assert sndcgan.generator(image_shape, 5, width=2).get_layer("base").output.shape[1:] == base
    model = sndcgan.discriminator(image_shape, width=2)
    assert model.get_layer("leaky_relu_last").output.shape[1:] == base


@pytest.mark.parametrize("build", [sndcgan.discriminator, lambda shape: sndcgan.generator(shape, 5)])
def test_other_sides_are_refused(build):
    with pytest.raises(ValueError, match="30x28 pixels do not allow; resize the images to sides that are multiples"):
        build((30, 28, 1))
