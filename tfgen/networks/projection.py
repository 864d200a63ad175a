"""Any discriminator with a projection of the label (Miyato and Koyama 2018, arXiv 1802.05637)."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import layers

from tfgen.layers import SpectralNormalization
from tfgen.networks import NETWORKS
from tfgen.networks.composition import build_discriminator, features


@NETWORKS.register("projection.discriminator")
def discriminator(image_shape: Sequence[int], num_classes: int, *, base: Mapping[str, Any]) -> keras.Model:
    """A discriminator psi(phi(x)) + <V_y, phi(x)>: a logit of the image, and how well its features fit its label.

    phi is the base up to its features, psi its `logits` layer; V_y, an embedding of the label, is spectrally normalised
    where psi is.

    Args:
        image_shape: `(height, width, channels)` of the images.
        num_classes: Number of classes.
        base: The discriminator, as `{"name": "resnet.discriminator", "width": 64}`.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] and int32 labels `(batch,)`, from 0 to
        num_classes - 1, to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If the base is no discriminator, or does not take such images.
    """
    network = build_discriminator(base, image_shape=image_shape)
    phi = features(network)
    labels = keras.Input((), dtype="int32", name="labels")
    embedding = layers.Embedding(
        num_classes, phi.shape[-1], embeddings_initializer="glorot_uniform", dtype="float32", name="embedding"
    )
    if isinstance(network.get_layer("logits"), SpectralNormalization):
        embedding = SpectralNormalization(embedding)
    projection = layers.Dot(axes=1, dtype="float32", name="label_projection")([embedding(labels), phi])
    logits = layers.Add(dtype="float32", name="conditional_logits")([network.output, projection])
    return keras.Model([network.input, labels], logits, name="discriminator")
