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
from keras import KerasTensor, layers

from tfgen.layers import LeakyReLU
from tfgen.layers.upsampling import find_upsampling
from tfgen.networks import NETWORKS
from tfgen.networks.normalization import find_normalization
from tfgen.networks.stages import resolutions


@NETWORKS.register("dcgan.generator")
def generator(
    image_shape: Sequence[int],
    latent_dim: int,
    *,
    width: int = 64,
    kernel_size: int = 5,
    upsampling: str = "transposed_convolution",
) -> keras.Model:
    """DCGAN's generator (Radford, Metz and Chintala 2015): a projection, then strided transposed convolutions.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a noise vector; 100 in the paper.
        width: Channels of the hidden layer of the highest resolution; each lower one has twice as many. 128 in the
            paper's Figure 1.
        kernel_size: Side of the kernels in pixels.
        upsampling: How a stage doubles the sides: `"transposed_convolution"` as in the paper, `"resize_convolution"`
            or `"pixel_shuffle"` (`tfgen.layers.upsampling`).

    Returns:
        A model from noise `(batch, latent_dim)` to float32 images `(batch, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: If the image cannot be halved to a small base, or there is no such upsampling.
    """
    inputs = keras.Input((latent_dim,), name="noise")
    x = _expand(inputs, image_shape, width, kernel_size, upsampling)
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="generator")


@NETWORKS.register("dcgan.discriminator")
def discriminator(
    image_shape: Sequence[int], *, width: int = 64, kernel_size: int = 5, normalization: str = "batch"
) -> keras.Model:
    """DCGAN's discriminator (Radford, Metz and Chintala 2015): strided convolutions, then one linear unit.

    Args:
        image_shape: `(height, width, channels)` of the images.
        width: Channels of the first layer; each stage doubles them.
        kernel_size: Side of the kernels in pixels.
        normalization: `"batch"` as in the paper, `"layer"`, `"spectral"` or `"none"` (`tfgen.networks.normalization`).

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If the image cannot be halved to a small base, or there is no such normalisation.
    """
    inputs = keras.Input(tuple(image_shape), name="images")
    logits = _reduce(inputs, image_shape, width, kernel_size, normalization, 1, "logits")
    return keras.Model(inputs, logits, name="discriminator")


@NETWORKS.register("dcgan.encoder")
def encoder(
    image_shape: Sequence[int],
    output_dim: int,
    *,
    width: int = 64,
    kernel_size: int = 5,
    normalization: str = "batch",
) -> keras.Model:
    """Encoder made of DCGAN's discriminator: a linear code in place of the logit.

    Args:
        image_shape: `(height, width, channels)` of the images.
        output_dim: Length of the code.
        width: Channels of the first layer; each stage doubles them.
        kernel_size: Side of the kernels in pixels.
        normalization: `"batch"`, `"layer"`, `"spectral"` or `"none"`, as for the discriminator.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 codes `(batch, output_dim)`.

    Raises:
        ValueError: If the image cannot be halved to a small base, or there is no such normalisation.
    """
    inputs = keras.Input(tuple(image_shape), name="images")
    codes = _reduce(inputs, image_shape, width, kernel_size, normalization, output_dim, "codes")
    return keras.Model(inputs, codes, name="encoder")


@NETWORKS.register("dcgan.decoder")
def decoder(
    image_shape: Sequence[int],
    latent_dim: int,
    *,
    width: int = 64,
    kernel_size: int = 5,
    upsampling: str = "transposed_convolution",
    output_activation: str = "tanh",
) -> keras.Model:
    """Decoder made of DCGAN's generator, from codes in place of noise.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a code.
        width: Channels of the hidden layer of the highest resolution; each lower one has twice as many.
        kernel_size: Side of the kernels in pixels.
        upsampling: How a stage doubles the sides, as for the generator.
        output_activation: `"tanh"` for images in [-1, 1], `"linear"` for a likelihood that reads logits.

    Returns:
        A model from codes `(batch, latent_dim)` to float32 outputs `(batch, height, width, channels)`.

    Raises:
        ValueError: If the image cannot be halved to a small base, or there is no such upsampling.
    """
    inputs = keras.Input((latent_dim,), name="codes")
    x = _expand(inputs, image_shape, width, kernel_size, upsampling)
    images = layers.Activation(output_activation, dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="decoder")


def _expand(x: KerasTensor, image_shape: Sequence[int], width: int, kernel_size: int, upsampling: str) -> KerasTensor:
    """From a vector to an image, before its activation."""
    double_sides = find_upsampling(upsampling)
    *_, base = stages = resolutions(image_shape)
    channels = width * 2 ** (len(stages) - 2)
    x = layers.Dense(base[0] * base[1] * channels, use_bias=False, kernel_initializer=_normal(), name="project")(x)
    x = layers.Reshape((*base, channels), name="base")(x)
    x = layers.ReLU(name="project_relu")(_batch_norm("project_batch_norm")(x))
    for stage in range(1, len(stages) - 1):
        channels //= 2
        x = double_sides(x, channels, kernel_size, use_bias=False, kernel_initializer=_normal(), name=f"deconv_{stage}")
        x = layers.ReLU(name=f"relu_{stage}")(_batch_norm(f"batch_norm_{stage}")(x))
    return double_sides(x, image_shape[-1], kernel_size, kernel_initializer=_normal(), name="deconv_images")


def _reduce(
    x: KerasTensor,
    image_shape: Sequence[int],
    width: int,
    kernel_size: int,
    normalization: str,
    units: int,
    name: str,
) -> KerasTensor:
    """From an image to the outputs of the last layer, which has this many units and this name."""
    normalised = find_normalization(normalization, lambda stage: _batch_norm(f"batch_norm_{stage}"))
    for stage in range(1, len(resolutions(image_shape))):
        convolution = layers.Conv2D(
            width * 2 ** (stage - 1),
            kernel_size,
            strides=2,
            padding="same",
            use_bias=stage == 1 or normalised.use_bias,
            kernel_initializer=_normal(),
            name=f"conv_{stage}",
        )
        x = normalised.around(convolution)(x)
        if stage > 1 and normalised.after:
            x = normalised.after(stage)(x)
        x = LeakyReLU(0.2, name=f"leaky_relu_{stage}")(x)
    x = layers.Flatten(name="flatten")(x)
    return normalised.around(layers.Dense(units, kernel_initializer=_normal(), dtype="float32", name=name))(x)


def _normal() -> keras.initializers.Initializer:
    # A new one for each layer: an initializer draws the same numbers at every call.
    return keras.initializers.RandomNormal(stddev=0.02)


def _batch_norm(name: str) -> layers.BatchNormalization:
    scale = keras.initializers.RandomNormal(mean=1.0, stddev=0.02)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=scale, name=name)
