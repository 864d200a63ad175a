"""InfoGAN's networks, as the study "Are GANs Created Equal?" used them for all its methods.

Chen et al. 2016 (arXiv 1606.03657) drew them for MNIST; Lucic et al. 2018 (arXiv 1711.10337) gave them to every GAN and
to the VAE, at every image size. These are the study's, read in its published code: two strided 4x4 convolutions and a
dense layer of 1024 units, mirrored, leaky ReLU of slope 0.2, weights from N(0, 0.02) (truncated at two standard
deviations for convolutions), batch normalisation with decay 0.999 and epsilon 1e-3, a bias in every layer.

The study's images lie in [0, 1], ours in [-1, 1]: the networks rescale, so that their layers see what the study's do.
"""

from collections.abc import Sequence

import keras
from keras import KerasTensor, layers
from keras.initializers import RandomNormal, TruncatedNormal

from tfgen.layers import LeakyReLU
from tfgen.layers.upsampling import find_upsampling
from tfgen.networks import NETWORKS


@NETWORKS.register("infogan.generator")
def generator(
    image_shape: Sequence[int],
    latent_dim: int,
    *,
    width: int = 64,
    upsampling: str = "transposed_convolution",
    batch_norm_momentum: float = 0.999,
) -> keras.Model:
    """InfoGAN's generator (Chen et al. 2016) as in Lucic et al. 2018: two dense layers, two transposed convolutions.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a noise vector; 64 in the study.
        width: Channels of the last hidden layer; the others, 2 and 16 times as wide, follow. 64 in the study.
        upsampling: How the sides are doubled: `"transposed_convolution"` as in the study, `"resize_convolution"` or
            `"pixel_shuffle"` (`tfgen.layers.upsampling`).
        batch_norm_momentum: Decay of the moving averages that batch normalisation goes by at inference; 0.999 in the
            study, whose trainings are of 15,625 steps and more.

    Returns:
        A model from noise `(batch, latent_dim)` to float32 images `(batch, height, width, channels)` in [-1, 1]: the
        study's sigmoid s as 2 s - 1.

    Raises:
        ValueError: If a side of the image is no multiple of 4, or there is no such upsampling.
    """
    inputs = keras.Input((latent_dim,), name="noise")
    x = _expand(inputs, image_shape, width, 0.2, batch_norm_momentum, upsampling)
    x = layers.Activation("sigmoid", dtype="float32", name="sigmoid")(x)
    images = layers.Rescaling(2.0, offset=-1.0, dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="generator")


@NETWORKS.register("infogan.discriminator")
def discriminator(
    image_shape: Sequence[int], *, width: int = 64, batch_norm: bool = True, batch_norm_momentum: float = 0.999
) -> keras.Model:
    """InfoGAN's discriminator (Chen et al. 2016) as in Lucic et al. 2018: two convolutions, a dense layer, a logit.

    Args:
        image_shape: `(height, width, channels)` of the images.
        width: Channels of the first layer; the others, 2 and 16 times as wide, follow. 64 in the study.
        batch_norm: Whether to normalise over the batch, after the first layer; the study searches over both.
        batch_norm_momentum: As for `generator`.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If a side of the image is no multiple of 4.
    """
    inputs = keras.Input(tuple(image_shape), name="images")
    x = _reduce(inputs, image_shape, width, batch_norm, batch_norm_momentum)
    logits = layers.Dense(1, kernel_initializer=normal_initializer(), dtype="float32", name="logits")(x)
    return keras.Model(inputs, logits, name="discriminator")


@NETWORKS.register("infogan.encoder")
def encoder(
    image_shape: Sequence[int],
    output_dim: int,
    *,
    width: int = 64,
    batch_norm: bool = True,
    batch_norm_momentum: float = 0.999,
) -> keras.Model:
    """Encoder of the VAE of Lucic et al. 2018: InfoGAN's discriminator with a code in place of the logit.

    Args:
        image_shape: `(height, width, channels)` of the images.
        output_dim: Length of the code; the study's VAE has 64 latent dimensions with two parameters each.
        width: Channels of the first layer; the others, 2 and 16 times as wide, follow. 64 in the study.
        batch_norm: Whether to normalise over the batch, after the first layer; the study searches over both.
        batch_norm_momentum: As for `generator`.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 codes `(batch, output_dim)`.

    Raises:
        ValueError: If a side of the image is no multiple of 4.
    """
    inputs = keras.Input(tuple(image_shape), name="images")
    x = _reduce(inputs, image_shape, width, batch_norm, batch_norm_momentum)
    codes = layers.Dense(output_dim, kernel_initializer=normal_initializer(), dtype="float32", name="codes")(x)
    return keras.Model(inputs, codes, name="encoder")


@NETWORKS.register("infogan.decoder")
def decoder(
    image_shape: Sequence[int],
    latent_dim: int,
    *,
    width: int = 64,
    output_activation: str = "tanh",
    batch_norm_momentum: float = 0.999,
) -> keras.Model:
    """Decoder of the VAE of Lucic et al. 2018: InfoGAN's generator with ReLU.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a code; 64 in the study.
        width: Channels of the last hidden layer; the others, 2 and 16 times as wide, follow. 64 in the study.
        output_activation: `"tanh"` for images in [-1, 1], `"linear"` for a likelihood that reads logits, which is
            what the study has: a Bernoulli one.
        batch_norm_momentum: As for `generator`.

    Returns:
        A model from codes `(batch, latent_dim)` to float32 outputs `(batch, height, width, channels)`.

    Raises:
        ValueError: If a side of the image is no multiple of 4.
    """
    inputs = keras.Input((latent_dim,), name="codes")
    x = _expand(inputs, image_shape, width, 0.0, batch_norm_momentum)
    images = layers.Activation(output_activation, dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="decoder")


def _expand(
    x: KerasTensor,
    image_shape: Sequence[int],
    width: int,
    negative_slope: float,
    batch_norm_momentum: float,
    upsampling: str = "transposed_convolution",
) -> KerasTensor:
    """From a vector to an image, before its activation."""
    double_sides = find_upsampling(upsampling)
    rows, columns = quarter(image_shape)

    def norm_relu(x: KerasTensor, index: int) -> KerasTensor:
        return layers.ReLU(negative_slope=negative_slope, name=f"relu_{index}")(
            batch_norm_layer(index, batch_norm_momentum)(x)
        )

    x = norm_relu(layers.Dense(16 * width, kernel_initializer=normal_initializer(), name="dense_1")(x), 1)
    x = norm_relu(
        layers.Dense(rows * columns * 2 * width, kernel_initializer=normal_initializer(), name="dense_2")(x), 2
    )
    x = layers.Reshape((rows, columns, 2 * width), name="reshape")(x)
    x = norm_relu(double_sides(x, width, 4, kernel_initializer=normal_initializer(), name="deconv_3"), 3)
    return double_sides(x, image_shape[-1], 4, kernel_initializer=normal_initializer(), name="deconv_4")


def _reduce(
    x: KerasTensor, image_shape: Sequence[int], width: int, batch_norm: bool, batch_norm_momentum: float
) -> KerasTensor:
    """From an image in [-1, 1] to the last hidden layer."""
    quarter(image_shape)
    x = layers.Rescaling(0.5, offset=0.5, name="rescale")(x)
    x = convolution(width, name="conv_1")(x)
    x = LeakyReLU(0.2, name="leaky_relu_1")(x)
    x = convolution(2 * width, name="conv_2")(x)
    if batch_norm:
        x = batch_norm_layer(2, batch_norm_momentum)(x)
    x = LeakyReLU(0.2, name="leaky_relu_2")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(16 * width, kernel_initializer=normal_initializer(), name="dense_3")(x)
    if batch_norm:
        x = batch_norm_layer(3, batch_norm_momentum)(x)
    return LeakyReLU(0.2, name="leaky_relu_3")(x)


def quarter(image_shape: Sequence[int]) -> tuple[int, int]:
    """Height and width of the images, halved twice.

    Raises:
        ValueError: If a side is no multiple of 4.
    """
    height, width, _ = image_shape
    if height % 4 or width % 4:
        raise ValueError(
            f"InfoGAN's networks halve an image twice, which {height}x{width} pixels do not allow; "
            "resize the images to sides that are multiples of 4"
        )
    return height // 4, width // 4


def normal_initializer() -> keras.initializers.Initializer:
    """The study's N(0, 0.02); a new one for each layer, as an initializer draws the same numbers at every call."""
    return RandomNormal(stddev=0.02)


def convolution(channels: int, name: str) -> layers.Layer:
    """A 4x4 convolution of stride 2."""
    return layers.Conv2D(
        channels, 4, strides=2, padding="same", kernel_initializer=TruncatedNormal(stddev=0.02), name=name
    )


def batch_norm_layer(index: int, momentum: float) -> layers.Layer:
    """The study's batch normalisation."""
    return layers.BatchNormalization(momentum=momentum, epsilon=1e-3, name=f"batch_norm_{index}")
