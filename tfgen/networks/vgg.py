"""VGG (Simonyan and Zisserman 2015, arXiv 1409.1556) at the size of small images, with batch normalisation."""

from collections.abc import Sequence

import keras
from keras import layers

from tfgen.networks import NETWORKS
from tfgen.networks.stages import resolutions


@NETWORKS.register("vgg.encoder")
def encoder(image_shape: Sequence[int], output_dim: int, *, width: int = 32, convolutions: int = 2) -> keras.Model:
    """VGG: stages of 3x3 convolutions, each ended by a max pool, then one dense layer of features.

    The paper's stages, pools and rectifiers. Batch normalisation (Ioffe and Szegedy 2015, arXiv 1502.03167) stands
    before each rectifier; one dense layer, not two of 4,096, is left of the paper's three, the last of which a
    classifier adds.

    Args:
        image_shape: `(height, width, channels)` of the images.
        output_dim: Length of the features.
        width: Channels of the first stage; each stage doubles them.
        convolutions: Convolutions in a stage.

    Returns:
        A model from images `(batch, height, width, channels)` to float32 features `(batch, output_dim)`, 0 or more.

    Raises:
        ValueError: If the image cannot be halved to a small base.
    """
    inputs = x = keras.Input(tuple(image_shape), name="images")
    for stage in range(1, len(resolutions(image_shape))):
        for index in range(1, convolutions + 1):
            name = f"{stage}_{index}"
            x = layers.Conv2D(
                width * 2 ** (stage - 1),
                3,
                padding="same",
                use_bias=False,
                kernel_initializer="he_normal",
                name=f"conv_{name}",
            )(x)
            x = layers.BatchNormalization(name=f"batch_norm_{name}")(x)
            x = layers.ReLU(name=f"relu_{name}")(x)
        x = layers.MaxPooling2D(name=f"pool_{stage}")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(output_dim, use_bias=False, kernel_initializer="he_normal", name="dense")(x)
    x = layers.BatchNormalization(name="batch_norm")(x)
    features = layers.ReLU(dtype="float32", name="features")(x)
    return keras.Model(inputs, features, name="encoder")
