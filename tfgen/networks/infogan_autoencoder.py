"""The autoencoder that the study "Are GANs Created Equal?" gave to BEGAN for a discriminator.

Lucic et al. 2018 (arXiv 1711.10337), read in their published code: the two convolutions of their other discriminators,
a code of 64 units in place of the dense layer, and a mirrored decoder, leaky ReLU of slope 0.2. On 32x32 images it has
1.3 million weights, where the others have 8.5. Initial weights and batch normalisation are those of
`tfgen.networks.infogan`, whose images lie in [-1, 1] too.
"""

from collections.abc import Sequence

import keras
from keras import layers

from tfgen.layers.upsampling import find_upsampling
from tfgen.networks import NETWORKS
from tfgen.networks.infogan import batch_norm_layer, convolution, normal_initializer, quarter


@NETWORKS.register("infogan_autoencoder.encoder")
def encoder(
    image_shape: Sequence[int],
    output_dim: int,
    *,
    width: int = 64,
    batch_norm: bool = False,
    batch_norm_momentum: float = 0.999,
) -> keras.Model:
    """Encoder of BEGAN's discriminator as in Lucic et al. 2018: two convolutions, a code.

    Args:
        image_shape: `(height, width, channels)` of the images.
        output_dim: Length of the code; 64 in the study.
        width: Channels of the first layer, half of those of the second; 64 in the study.
        batch_norm: Whether to normalise the code over the batch; the study searches over both.
        batch_norm_momentum: Decay of the moving averages at inference; 0.999 in the study.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 codes `(batch, output_dim)`.

    Raises:
        ValueError: If a side of the image is no multiple of 4.
    """
    quarter(image_shape)
    inputs = keras.Input(tuple(image_shape), name="images")
    x = layers.Rescaling(0.5, offset=0.5, name="rescale")(inputs)
    x = convolution(width, name="conv_1")(x)
    x = layers.LeakyReLU(0.2, name="leaky_relu_1")(x)
    # The published code has no activation here.
    x = convolution(2 * width, name="conv_2")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(output_dim, kernel_initializer=normal_initializer(), name="dense_3")(x)
    if batch_norm:
        x = batch_norm_layer(3, batch_norm_momentum)(x)
    codes = layers.LeakyReLU(0.2, dtype="float32", name="codes")(x)
    return keras.Model(inputs, codes, name="encoder")


@NETWORKS.register("infogan_autoencoder.decoder")
def decoder(
    image_shape: Sequence[int],
    latent_dim: int,
    *,
    width: int = 64,
    batch_norm: bool = False,
    batch_norm_momentum: float = 0.999,
) -> keras.Model:
    """Decoder of BEGAN's discriminator as in Lucic et al. 2018: a dense layer, two transposed convolutions.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of the code; 64 in the study.
        width: Channels of the last hidden layer, half of those before; 64 in the study.
        batch_norm: Whether to normalise over the batch; the study searches over both.
        batch_norm_momentum: As for `encoder`.

    Returns:
        A model from codes `(batch, latent_dim)` to float32 images `(batch, height, width, channels)` in [-1, 1]: the
        study's sigmoid s as 2 s - 1.

    Raises:
        ValueError: If a side of the image is no multiple of 4.
    """
    rows, columns = quarter(image_shape)
    double_sides = find_upsampling("transposed_convolution")
    inputs = keras.Input((latent_dim,), name="codes")
    x = layers.Dense(rows * columns * 2 * width, kernel_initializer=normal_initializer(), name="dense_1")(inputs)
    if batch_norm:
        x = batch_norm_layer(1, batch_norm_momentum)(x)
    x = layers.LeakyReLU(0.2, name="leaky_relu_1")(x)
    x = layers.Reshape((rows, columns, 2 * width), name="reshape")(x)
    x = double_sides(x, width, 4, kernel_initializer=normal_initializer(), name="deconv_2")
    if batch_norm:
        x = batch_norm_layer(2, batch_norm_momentum)(x)
    x = layers.LeakyReLU(0.2, name="leaky_relu_2")(x)
    x = double_sides(x, image_shape[-1], 4, kernel_initializer=normal_initializer(), name="deconv_3")
    x = layers.Activation("sigmoid", dtype="float32", name="sigmoid")(x)
    images = layers.Rescaling(2.0, offset=-1.0, dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="decoder")
