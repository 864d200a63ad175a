"""Convolutional encoder and decoder for autoencoders: strides in place of pooling, mirrored, with a dense code.

Strided convolutions stand in for pooling as in Springenberg et al. 2015 (arXiv 1412.6806). Kernels of 4x4 with a
stride of 2 overlap evenly, which spares the decoder the checkerboard (Odena, Dumoulin and Olah 2016).
"""

from collections.abc import Sequence

import keras
from keras import layers

from tfgen.layers import ReLU
from tfgen.networks import NETWORKS
from tfgen.networks.stages import resolutions


@NETWORKS.register("convolutional.encoder")
def encoder(
    image_shape: Sequence[int], output_dim: int, *, width: int = 32, kernel_size: int = 4, batch_norm: bool = False
) -> keras.Model:
    """Convolutional encoder: strided convolutions with ReLU, then a linear code.

    Args:
        image_shape: `(height, width, channels)` of the images.
        output_dim: Length of the code.
        width: Channels of the first layer; each stage doubles them.
        kernel_size: Side of the kernels in pixels.
        batch_norm: Whether to normalise over the batch before each ReLU.

    Returns:
        A model from images `(batch, height, width, channels)` to float32 codes `(batch, output_dim)`.

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
            use_bias=not batch_norm,
            name=f"conv_{stage}",
        )(x)
        if batch_norm:
            x = layers.BatchNormalization(name=f"batch_norm_{stage}")(x)
        x = ReLU(name=f"relu_{stage}")(x)
    x = layers.Flatten(name="flatten")(x)
    codes = layers.Dense(output_dim, dtype="float32", name="codes")(x)
    return keras.Model(inputs, codes, name="encoder")


@NETWORKS.register("convolutional.decoder")
def decoder(
    image_shape: Sequence[int],
    latent_dim: int,
    *,
    width: int = 32,
    kernel_size: int = 4,
    batch_norm: bool = False,
    output_activation: str = "tanh",
) -> keras.Model:
    """Convolutional decoder: the encoder's mirror image, with transposed convolutions.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a code.
        width: Channels of the hidden layer of the highest resolution; each lower one has twice as many.
        kernel_size: Side of the kernels in pixels.
        batch_norm: Whether to normalise over the batch before each ReLU.
        output_activation: `"tanh"` for images in [-1, 1], `"linear"` for a likelihood that reads logits.

    Returns:
        A model from codes `(batch, latent_dim)` to float32 outputs `(batch, height, width, channels)`.

    Raises:
        ValueError: If the image cannot be halved to a small base.
    """
    *_, base = stages = resolutions(image_shape)
    channels = width * 2 ** (len(stages) - 2)

    inputs = keras.Input((latent_dim,), name="codes")
    x = layers.Dense(base[0] * base[1] * channels, use_bias=not batch_norm, name="project")(inputs)
    x = layers.Reshape((*base, channels), name="base")(x)
    if batch_norm:
        x = layers.BatchNormalization(name="project_batch_norm")(x)
    x = layers.ReLU(name="project_relu")(x)
    for stage in range(1, len(stages) - 1):
        channels //= 2
        x = layers.Conv2DTranspose(
            channels, kernel_size, strides=2, padding="same", use_bias=not batch_norm, name=f"deconv_{stage}"
        )(x)
        if batch_norm:
            x = layers.BatchNormalization(name=f"batch_norm_{stage}")(x)
        x = layers.ReLU(name=f"relu_{stage}")(x)
    x = layers.Conv2DTranspose(image_shape[-1], kernel_size, strides=2, padding="same", name="deconv_images")(x)
    images = layers.Activation(output_activation, dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="decoder")
