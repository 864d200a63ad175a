"""Encoder and decoder of the VQ-VAE (van den Oord, Vinyals and Kavukcuoglu 2017, arXiv 1711.00937, section 4.1).

Two 4x4 convolutions with a stride of 2, then two residual blocks (ReLU, 3x3 convolution, ReLU, 1x1 convolution); the
decoder mirrors them, and all hidden layers have the same width. The convolutions that lead to a code vector (1x1) and
from it (3x3), which the paper does not mention, are those of the authors' code.
"""

from collections.abc import Sequence

import keras
from keras import KerasTensor, layers

from tfgen.networks import NETWORKS


@NETWORKS.register("vq_vae.encoder")
def encoder(
    image_shape: Sequence[int], output_dim: int, *, width: int = 256, stages: int = 2, residual_blocks: int = 2
) -> keras.Model:
    """VQ-VAE encoder: strided convolutions, then residual blocks, to a map of vectors.

    Args:
        image_shape: `(height, width, channels)` of the images.
        output_dim: Length of each vector of the map.
        width: Channels of all hidden layers; 256 in the paper.
        stages: How often the sides are halved: 2 makes 7x7 vectors of 28x28 pixels.
        residual_blocks: How many; 2 in the paper.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to a float32 map
        `(batch, height / 2**stages, width / 2**stages, output_dim)`.

    Raises:
        ValueError: If the sides cannot be halved so often, or there is no stage.
    """
    code_shape(image_shape, stages)
    inputs = x = keras.Input(tuple(image_shape), name="images")
    for stage in range(1, stages + 1):
        if stage > 1:
            x = layers.ReLU(name=f"relu_{stage - 1}")(x)
        x = layers.Conv2D(width, 4, strides=2, padding="same", name=f"conv_{stage}")(x)
    x = _residual_stack(x, width, residual_blocks)
    codes = layers.Conv2D(output_dim, 1, dtype="float32", name="codes")(x)
    return keras.Model(inputs, codes, name="encoder")


@NETWORKS.register("vq_vae.decoder")
def decoder(
    image_shape: Sequence[int],
    latent_dim: int,
    *,
    width: int = 256,
    stages: int = 2,
    residual_blocks: int = 2,
    output_activation: str = "tanh",
) -> keras.Model:
    """VQ-VAE decoder: residual blocks on a map of vectors, then transposed convolutions.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of each vector of the map.
        width: Channels of all hidden layers; 256 in the paper.
        stages: How often the map's sides are doubled; as many as the encoder's.
        residual_blocks: How many; 2 in the paper.
        output_activation: `"tanh"` for images in [-1, 1], `"linear"` for a likelihood that reads logits.

    Returns:
        A model from maps `(batch, height / 2**stages, width / 2**stages, latent_dim)` to float32 outputs
        `(batch, height, width, channels)`.

    Raises:
        ValueError: If the sides cannot be halved so often, or there is no stage.
    """
    inputs = keras.Input((*code_shape(image_shape, stages), latent_dim), name="codes")
    x = layers.Conv2D(width, 3, padding="same", name="project")(inputs)
    x = _residual_stack(x, width, residual_blocks)
    for stage in range(1, stages):
        x = layers.Conv2DTranspose(width, 4, strides=2, padding="same", name=f"deconv_{stage}")(x)
        x = layers.ReLU(name=f"relu_{stage}")(x)
    x = layers.Conv2DTranspose(image_shape[-1], 4, strides=2, padding="same", name="deconv_images")(x)
    images = layers.Activation(output_activation, dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="decoder")


def code_shape(image_shape: Sequence[int], stages: int) -> tuple[int, int]:
    """`(height, width)` of the map that so many stages make of an image.

    Raises:
        ValueError: If the sides cannot be halved so often, or there is no stage.
    """
    height, width, _ = image_shape
    if stages < 1 or height % 2**stages or width % 2**stages:
        raise ValueError(
            f"stages is {stages} and the images have {height}x{width} pixels; stages is 1 or more, and the sides are "
            "halved so often without a rest"
        )
    return height // 2**stages, width // 2**stages


def _residual_stack(x: KerasTensor, width: int, blocks: int) -> KerasTensor:
    for block in range(1, blocks + 1):
        name = f"block_{block}"
        inside = layers.ReLU(name=f"{name}_relu_1")(x)
        inside = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv_1")(inside)
        inside = layers.ReLU(name=f"{name}_relu_2")(inside)
        inside = layers.Conv2D(width, 1, name=f"{name}_conv_2")(inside)
        x = layers.Add(name=name)([x, inside])
    return layers.ReLU(name="last_relu")(x)
