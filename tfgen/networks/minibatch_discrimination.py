"""Any discriminator with minibatch discrimination (Salimans et al. 2016) before its logits."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from tfgen.layers import MinibatchDiscrimination
from tfgen.networks import NETWORKS
from tfgen.networks.composition import build_discriminator, features, new_head


@NETWORKS.register("minibatch_discrimination.discriminator")
def discriminator(
    image_shape: Sequence[int], *, base: Mapping[str, Any], kernels: int = 100, kernel_dim: int = 5
) -> keras.Model:
    """A discriminator that sees how near each image's features are to those of the others in its batch.

    Args:
        image_shape: `(height, width, channels)` of the images.
        base: The discriminator, as `{"name": "dcgan.discriminator", "width": 32}`.
        kernels: Features that are added to the base's, B of the paper.
        kernel_dim: Length of the vectors that are compared, C of the paper.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If the base is no discriminator, or does not take such images.
    """
    network = build_discriminator(base, image_shape=image_shape)
    compare = MinibatchDiscrimination(kernels, kernel_dim, dtype="float32", name="minibatch_discrimination")
    logits = new_head(network)(compare(features(network)))
    return keras.Model(network.input, logits, name="discriminator")
