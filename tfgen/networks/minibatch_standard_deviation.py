"""Any discriminator with the minibatch's standard deviation (Karras et al. 2018) before its logits."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from tfgen.layers import MinibatchStandardDeviation
from tfgen.networks import NETWORKS
from tfgen.networks.composition import build_discriminator, features, new_head


@NETWORKS.register("minibatch_standard_deviation.discriminator")
def discriminator(image_shape: Sequence[int], *, base: Mapping[str, Any]) -> keras.Model:
    """A discriminator that sees how much its features vary within the batch (Karras et al. 2018, arXiv 1710.10196).

    The paper adds the number to a feature map near the network's end; here it joins the features, which any
    discriminator has.

    Args:
        image_shape: `(height, width, channels)` of the images.
        base: The discriminator, as `{"name": "dcgan.discriminator", "width": 32}`.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If the base is no discriminator, or does not take such images.
    """
    network = build_discriminator(base, image_shape=image_shape)
    compare = MinibatchStandardDeviation(dtype="float32", name="minibatch_standard_deviation")
    logits = new_head(network)(compare(features(network)))
    return keras.Model(network.input, logits, name="discriminator")
