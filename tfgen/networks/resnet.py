"""The small ResNet of spectral normalisation (Miyato et al. 2018, arXiv 1802.05957, table 4).

The paper draws 32x32 images: from 4x4 by three blocks that double the sides, and to 8x8 by two blocks that halve them
and two that do not. Other sizes have more or fewer blocks that double or halve; all have the same number of channels.

Blocks are pre-activated: (normalisation, ReLU, 3x3 convolution) twice beside a shortcut, which has a 1x1 convolution
where the block changes the image. Doubling repeats pixels, halving averages them. From the authors' code come the
discriminator's first block, which begins at the image itself without an activation, the order of its shortcut, its last
layer, which has no bias, and the initial weights: uniform as Glorot's, sqrt(2) times as wide for the 3x3 convolutions
of blocks.

With classes, the generator has a scale and an offset for each in every normalisation (Miyato and Koyama 2018, arXiv
1802.05637); `tfgen.networks.projection` gives the discriminator that belongs to it.
"""

from collections.abc import Sequence

import keras
from keras import KerasTensor, layers

from tfgen.layers import ConditionalBatchNormalization, ReLU, SpectralNormalization
from tfgen.networks import NETWORKS
from tfgen.networks.stages import resolutions

# Of Chainer's batch normalisation.
_MOMENTUM, _EPSILON = 0.9, 2e-5


@NETWORKS.register("resnet.generator")
def generator(
    image_shape: Sequence[int], latent_dim: int, *, width: int = 256, num_classes: int | None = None
) -> keras.Model:
    """The small ResNet generator of Miyato et al. 2018, conditional where it is told of classes.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a noise vector; 128 in the paper.
        width: Channels of all hidden layers; 256 in the paper.
        num_classes: Number of classes; None for an unconditional generator.

    Returns:
        A model from noise `(batch, latent_dim)`, or from `[noise, labels]` with int32 labels `(batch,)`, to float32
        images `(batch, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: If the image cannot be halved to a small base, or num_classes is under 1.
    """
    *_, base = stages = resolutions(image_shape)
    noise = keras.Input((latent_dim,), name="noise")
    inputs = [noise]
    if num_classes is not None:
        inputs.append(keras.Input((), dtype="int32", name="labels"))

    def normalised(x: KerasTensor, name: str) -> KerasTensor:
        if num_classes is None:
            x = layers.BatchNormalization(momentum=_MOMENTUM, epsilon=_EPSILON, name=f"{name}_batch_norm")(x)
        else:
            norm = ConditionalBatchNormalization(num_classes, _MOMENTUM, _EPSILON, name=f"{name}_batch_norm")
            x = norm([x, inputs[1]])
        return layers.ReLU(name=f"{name}_relu")(x)

    x = layers.Dense(base[0] * base[1] * width, name="project")(noise)
    x = layers.Reshape((*base, width), name="base")(x)
    for stage in range(1, len(stages)):
        name = f"block_{stage}"
        shortcut = layers.UpSampling2D(name=f"{name}_shortcut_up")(x)
        shortcut = _conv_1x1(width, f"{name}_shortcut")(shortcut)
        x = normalised(x, f"{name}_1")
        x = layers.UpSampling2D(name=f"{name}_up")(x)
        x = _conv_3x3(width, f"{name}_conv_1")(x)
        x = _conv_3x3(width, f"{name}_conv_2")(normalised(x, f"{name}_2"))
        x = layers.Add(name=name)([x, shortcut])
    x = layers.Conv2D(image_shape[-1], 3, padding="same", name="conv_images")(normalised(x, "last"))
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(inputs if len(inputs) > 1 else noise, images, name="generator")


@NETWORKS.register("resnet.discriminator")
def discriminator(image_shape: Sequence[int], *, width: int = 128) -> keras.Model:
    """The small ResNet discriminator of Miyato et al. 2018, spectrally normalised throughout.

    Args:
        image_shape: `(height, width, channels)` of the images.
        width: Channels of all hidden layers; 128 in the paper.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If the image cannot be halved to a base of 5 to 8 pixels a side.
    """
    *stages, base = resolutions(image_shape, smallest_base=8)
    inputs = keras.Input(tuple(image_shape), name="images")
    x = _first_block(inputs, width)
    for stage in range(2, len(stages) + 1):
        x = _block(x, width, f"block_{stage}", halve=True)
    for stage in range(len(stages) + 1, len(stages) + 3):
        x = _block(x, width, f"block_{stage}", halve=False)
    x = ReLU(name="relu")(x)
    # The sum over all places.
    x = layers.GlobalAveragePooling2D(dtype="float32", name="pool")(x)
    x = layers.Rescaling(float(base[0] * base[1]), dtype="float32", name="sum")(x)
    logits = SpectralNormalization(layers.Dense(1, use_bias=False, dtype="float32", name="logits"))(x)
    return keras.Model(inputs, logits, name="discriminator")


def _first_block(images: KerasTensor, width: int) -> KerasTensor:
    x = SpectralNormalization(_conv_3x3(width, "block_1_conv_1"))(images)
    x = ReLU(name="block_1_relu_2")(x)
    x = SpectralNormalization(_conv_3x3(width, "block_1_conv_2"))(x)
    x = layers.AveragePooling2D(2, name="block_1_pool")(x)
    shortcut = layers.AveragePooling2D(2, name="block_1_shortcut_pool")(images)
    shortcut = SpectralNormalization(_conv_1x1(width, "block_1_shortcut"))(shortcut)
    return layers.Add(name="block_1")([x, shortcut])


def _block(inputs: KerasTensor, width: int, name: str, halve: bool) -> KerasTensor:
    x = ReLU(name=f"{name}_relu_1")(inputs)
    x = SpectralNormalization(_conv_3x3(width, f"{name}_conv_1"))(x)
    x = ReLU(name=f"{name}_relu_2")(x)
    x = SpectralNormalization(_conv_3x3(width, f"{name}_conv_2"))(x)
    shortcut = inputs
    if halve:
        x = layers.AveragePooling2D(2, name=f"{name}_pool")(x)
        shortcut = SpectralNormalization(_conv_1x1(width, f"{name}_shortcut"))(shortcut)
        shortcut = layers.AveragePooling2D(2, name=f"{name}_shortcut_pool")(shortcut)
    return layers.Add(name=name)([x, shortcut])


def _conv_3x3(width: int, name: str) -> layers.Layer:
    # Glorot's uniform law, sqrt(2) times as wide.
    wide = keras.initializers.VarianceScaling(2.0, mode="fan_avg", distribution="uniform")
    return layers.Conv2D(width, 3, padding="same", kernel_initializer=wide, name=name)


def _conv_1x1(width: int, name: str) -> layers.Layer:
    return layers.Conv2D(width, 1, name=name)
