"""The standard CNN of spectral normalisation (Miyato et al. 2018, arXiv 1802.05957, table 3), known as SNDCGAN.

The paper draws 32x32 and 48x48 images and halves them three times. So does this for all sides that are multiples of 8;
where they are multiples of 4 only, as MNIST's 28, it halves them twice and leaves out the stage of the lowest
resolution: 7x7 with 256 channels at the paper's width.

From the authors' code come the weights from N(0, 0.02) and Chainer's constants of batch normalisation.
"""

from collections.abc import Sequence

import keras
from keras import layers

from tfgen.layers import LeakyReLU, SpectralNormalization
from tfgen.networks import NETWORKS


@NETWORKS.register("sndcgan.generator")
def generator(image_shape: Sequence[int], latent_dim: int, *, width: int = 64) -> keras.Model:
    """SNDCGAN's generator (Miyato et al. 2018): a projection, then 4x4 transposed convolutions and a 3x3 convolution.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a noise vector; 128 in the paper.
        width: Channels of the hidden layer of the highest resolution; each lower one has twice as many. 64 in the
            paper.

    Returns:
        A model from noise `(batch, latent_dim)` to float32 images `(batch, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: If a side of the image is no multiple of 4.
    """
    halvings = _halvings(image_shape)
    rows, columns = (side // 2**halvings for side in image_shape[:2])
    channels = width * 2**halvings

    inputs = keras.Input((latent_dim,), name="noise")
    x = layers.Dense(rows * columns * channels, kernel_initializer=_normal(), name="project")(inputs)
    x = layers.Reshape((rows, columns, channels), name="base")(x)
    for stage in range(1, halvings + 1):
        channels //= 2
        x = layers.Conv2DTranspose(
            channels,
            4,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=_normal(),
            name=f"deconv_{stage}",
        )(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=2e-5, name=f"batch_norm_{stage}")(x)
        x = layers.ReLU(name=f"relu_{stage}")(x)
    x = layers.Conv2D(image_shape[-1], 3, padding="same", kernel_initializer=_normal(), name="conv_images")(x)
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="generator")


@NETWORKS.register("sndcgan.discriminator")
def discriminator(image_shape: Sequence[int], *, width: int = 64) -> keras.Model:
    """SNDCGAN's discriminator (Miyato et al. 2018): seven convolutions and a logit, all spectrally normalised.

    Args:
        image_shape: `(height, width, channels)` of the images.
        width: Channels of the first layer; each stage, a 3x3 and a strided 4x4 convolution, doubles them. 64 in the
            paper.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If a side of the image is no multiple of 4.
    """
    halvings = _halvings(image_shape)
    inputs = x = keras.Input(tuple(image_shape), name="images")
    for stage in range(1, halvings + 1):
        channels = width * 2 ** (stage - 1)
        x = _convolution(channels, 3, 1, name=f"conv_{stage}_1")(x)
        x = LeakyReLU(0.1, name=f"leaky_relu_{stage}_1")(x)
        x = _convolution(channels, 4, 2, name=f"conv_{stage}_2")(x)
        x = LeakyReLU(0.1, name=f"leaky_relu_{stage}_2")(x)
    x = _convolution(width * 2**halvings, 3, 1, name="conv_last")(x)
    x = LeakyReLU(0.1, name="leaky_relu_last")(x)
    x = layers.Flatten(name="flatten")(x)
    logits = SpectralNormalization(layers.Dense(1, kernel_initializer=_normal(), dtype="float32", name="logits"))(x)
    return keras.Model(inputs, logits, name="discriminator")


def _halvings(image_shape: Sequence[int]) -> int:
    height, width, _ = image_shape
    for halvings in (3, 2):
        if height % 2**halvings == 0 and width % 2**halvings == 0:
            return halvings
    raise ValueError(
        f"SNDCGAN halves an image three times or, at least, twice, which {height}x{width} pixels do not allow; "
        "resize the images to sides that are multiples of 8 or of 4"
    )


def _normal() -> keras.initializers.Initializer:
    # A new one for each layer: an initializer draws the same numbers at every call.
    return keras.initializers.RandomNormal(stddev=0.02)


def _convolution(channels: int, kernel_size: int, strides: int, name: str) -> layers.Layer:
    return SpectralNormalization(
        layers.Conv2D(channels, kernel_size, strides=strides, padding="same", kernel_initializer=_normal(), name=name)
    )
