"""BEGAN's networks (Berthelot et al. 2017, arXiv 1703.10717): an autoencoder, and a generator like its decoder.

3x3 convolutions, two at each resolution, each followed by an exponential linear unit; dense layers without one to and
from the code. The encoder's channels grow by n from one resolution to the next, which a stride of 2 reaches; the
decoder has n channels throughout and repeats pixels. The lowest resolution is the paper's 8x8, or 5 to 7 pixels a side
where the image's size is no power of 2.

The paper's decoder and generator end in a convolution, unbounded. Images here lie in [-1, 1], so both end in tanh; with
`output_activation="linear"` the discriminator's decoder is the paper's. The paper's variants with skip connections and
vanishing residuals are left out.
"""

from collections.abc import Sequence

import keras
from keras import KerasTensor, layers

from tfgen.networks import NETWORKS
from tfgen.networks.stages import resolutions

# Sides greater than this are halved.
_SMALLEST_BASE = 8


@NETWORKS.register("began.encoder")
def encoder(image_shape: Sequence[int], output_dim: int, *, width: int = 64) -> keras.Model:
    """Encoder of BEGAN's discriminator (Berthelot et al. 2017).

    Args:
        image_shape: `(height, width, channels)` of the images.
        output_dim: Length of the code; 64 or 128 in the paper.
        width: n, the channels at the highest resolution, and what each lower one has more; 64 or 128 in the paper.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 codes `(batch, output_dim)`.

    Raises:
        ValueError: If the image cannot be halved to a base of 5 to 8 pixels a side.
    """
    stages = resolutions(image_shape, _SMALLEST_BASE)
    inputs = keras.Input(tuple(image_shape), name="images")
    x = _convolution(inputs, width, "conv_0")
    for stage in range(1, len(stages) + 1):
        x = _convolution(x, stage * width, f"conv_{stage}_1")
        if stage < len(stages):
            x = _convolution(x, (stage + 1) * width, f"conv_{stage}_2", strides=2)
        else:
            x = _convolution(x, stage * width, f"conv_{stage}_2")
    x = layers.Flatten(name="flatten")(x)
    codes = layers.Dense(output_dim, dtype="float32", name="codes")(x)
    return keras.Model(inputs, codes, name="encoder")


@NETWORKS.register("began.decoder")
def decoder(
    image_shape: Sequence[int], latent_dim: int, *, width: int = 64, output_activation: str = "tanh"
) -> keras.Model:
    """Decoder of BEGAN's discriminator (Berthelot et al. 2017).

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a code; 64 or 128 in the paper.
        width: n, the channels of all convolutions; 64 or 128 in the paper.
        output_activation: `"linear"` as in the paper, or `"tanh"` for images in [-1, 1].

    Returns:
        A model from codes `(batch, latent_dim)` to float32 outputs `(batch, height, width, channels)`.

    Raises:
        ValueError: If the image cannot be halved to a base of 5 to 8 pixels a side.
    """
    inputs = keras.Input((latent_dim,), name="codes")
    return keras.Model(inputs, _decode(inputs, image_shape, width, output_activation), name="decoder")


@NETWORKS.register("began.generator")
def generator(image_shape: Sequence[int], latent_dim: int, *, width: int = 64) -> keras.Model:
    """BEGAN's generator (Berthelot et al. 2017): the decoder's architecture with weights of its own, and a last tanh.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a noise vector, which the paper draws from a uniform law; as long as the code there.
        width: n, the channels of all convolutions; 64 or 128 in the paper.

    Returns:
        A model from noise `(batch, latent_dim)` to float32 images `(batch, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: If the image cannot be halved to a base of 5 to 8 pixels a side.
    """
    inputs = keras.Input((latent_dim,), name="noise")
    return keras.Model(inputs, _decode(inputs, image_shape, width, "tanh"), name="generator")


def _decode(x: KerasTensor, image_shape: Sequence[int], width: int, output_activation: str) -> KerasTensor:
    *_, base = stages = resolutions(image_shape, _SMALLEST_BASE)
    x = layers.Dense(base[0] * base[1] * width, name="project")(x)
    x = layers.Reshape((*base, width), name="base")(x)
    for stage in range(1, len(stages) + 1):
        x = _convolution(x, width, f"conv_{stage}_1")
        x = _convolution(x, width, f"conv_{stage}_2")
        if stage < len(stages):
            x = layers.UpSampling2D(name=f"up_{stage}")(x)
    x = layers.Conv2D(image_shape[-1], 3, padding="same", name="conv_images")(x)
    return layers.Activation(output_activation, dtype="float32", name="images")(x)


def _convolution(x: KerasTensor, channels: int, name: str, strides: int = 1) -> KerasTensor:
    x = layers.Conv2D(channels, 3, strides=strides, padding="same", name=name)(x)
    return layers.ELU(name=f"elu_{name}")(x)
