"""DCGAN: all-convolutional generator and discriminator (Radford, Metz and Chintala 2015, arXiv 1511.06434).

The paper's rules: strides in place of pooling, batch normalisation everywhere but at the generator's output and the
discriminator's input, no hidden dense layer, ReLU and a last tanh in the generator, leaky ReLU of slope 0.2 in the
discriminator, weights from N(0, 0.02). From the authors' code come the 5x5 kernels and the normalisation's scales
from N(1, 0.02). That code normalises by the batch's own statistics even when it samples, so it knows no decay; the
moving averages' 0.9 here, the epsilon of 1e-5 and one scale for each channel of the projection are the Torch version's.

The paper draws 64x64 images; here the image's size sets the number of stages (`tfgen.networks.stages`).
"""

from collections.abc import Sequence

import keras
from keras import layers

from tfgen.networks import NETWORKS
from tfgen.networks.stages import resolutions


@NETWORKS.register("dcgan.generator")
def generator(image_shape: Sequence[int], latent_dim: int, *, width: int = 64, kernel_size: int = 5) -> keras.Model:
    """DCGAN's generator (Radford, Metz and Chintala 2015): a projection, then strided transposed convolutions.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a noise vector; 100 in the paper.
        width: Channels of the hidden layer of the highest resolution; each lower one has twice as many. 128 in the
            paper's Figure 1.
        kernel_size: Side of the kernels in pixels.

    Returns:
        A model from noise `(batch, latent_dim)` to float32 images `(batch, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: If the image cannot be halved to a small base.
    """
    *_, base = stages = resolutions(image_shape)
    channels = width * 2 ** (len(stages) - 2)

    inputs = keras.Input((latent_dim,), name="noise")
    x = layers.Dense(base[0] * base[1] * channels, use_bias=False, kernel_initializer=_normal(), name="project")(inputs)
    x = layers.Reshape((*base, channels), name="base")(x)
    x = _batch_norm("project_batch_norm")(x)
    x = layers.ReLU(name="project_relu")(x)
    for stage in range(1, len(stages) - 1):
        channels //= 2
        x = layers.Conv2DTranspose(
            channels,
            kernel_size,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=_normal(),
            name=f"deconv_{stage}",
        )(x)
        x = _batch_norm(f"batch_norm_{stage}")(x)
        x = layers.ReLU(name=f"relu_{stage}")(x)
    x = layers.Conv2DTranspose(
        image_shape[-1], kernel_size, strides=2, padding="same", kernel_initializer=_normal(), name="deconv_images"
    )(x)
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="generator")


@NETWORKS.register("dcgan.discriminator")
def discriminator(image_shape: Sequence[int], *, width: int = 64, kernel_size: int = 5) -> keras.Model:
    """DCGAN's discriminator (Radford, Metz and Chintala 2015): strided convolutions, then one linear unit.

    Args:
        image_shape: `(height, width, channels)` of the images.
        width: Channels of the first layer; each stage doubles them.
        kernel_size: Side of the kernels in pixels.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If the image cannot be halved to a small base.
    """
    inputs = x = keras.Input(tuple(image_shape), name="images")
    for stage in range(1, len(resolutions(image_shape))):
        x = layers.Conv2D(
            width * 2 ** (stage - 1),
            kernel_size,
            strides=2,
            padding="same",
            use_bias=stage == 1,
            kernel_initializer=_normal(),
            name=f"conv_{stage}",
        )(x)
        if stage > 1:
            x = _batch_norm(f"batch_norm_{stage}")(x)
        x = layers.LeakyReLU(0.2, name=f"leaky_relu_{stage}")(x)
    x = layers.Flatten(name="flatten")(x)
    logits = layers.Dense(1, kernel_initializer=_normal(), dtype="float32", name="logits")(x)
    return keras.Model(inputs, logits, name="discriminator")


def _normal() -> keras.initializers.Initializer:
    # A new one for each layer: an initializer draws the same numbers at every call.
    return keras.initializers.RandomNormal(stddev=0.02)


def _batch_norm(name: str) -> layers.BatchNormalization:
    scale = keras.initializers.RandomNormal(mean=1.0, stddev=0.02)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=scale, name=name)
