"""Any architecture with a class label as a further input (Mirza and Osindero 2014, arXiv 1411.1784)."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import layers

from tfgen.layers import LabelMaps
from tfgen.networks import NETWORKS
from tfgen.networks.composition import build_base, build_discriminator, features, new_head


@NETWORKS.register("conditional.generator")
def generator(
    image_shape: Sequence[int], latent_dim: int, num_classes: int, *, base: Mapping[str, Any], embedding_dim: int = 32
) -> keras.Model:
    """A generator that takes an embedding of the label beside the noise.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a noise vector, the embedding not counted.
        num_classes: Number of classes.
        base: The generator, as `{"name": "dcgan.generator", "width": 32}`.
        embedding_dim: Length of a label's embedding, which starts as a draw from N(0, 1), as noise does.

    Returns:
        A model from noise `(batch, latent_dim)` and int32 labels `(batch,)`, from 0 to num_classes - 1, to float32
        images `(batch, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: If the base cannot be built, or takes more than noise.
    """
    network = build_base(base, image_shape=image_shape, latent_dim=latent_dim + embedding_dim)
    if len(network.inputs) != 1 or network.output_shape[1:] != tuple(image_shape):
        raise ValueError(f"base {base['name']} is not a generator from noise alone; name one, such as dcgan.generator")
    noise = keras.Input((latent_dim,), name="noise")
    labels = keras.Input((), dtype="int32", name="labels")
    embedding = layers.Embedding(
        num_classes, embedding_dim, embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0), name="embedding"
    )(labels)
    images = network(layers.Concatenate(name="noise_and_embedding")([noise, embedding]))
    return keras.Model([noise, labels], images, name="generator")


@NETWORKS.register("conditional.discriminator")
def discriminator(image_shape: Sequence[int], num_classes: int, *, base: Mapping[str, Any]) -> keras.Model:
    """A discriminator that takes the label as further channels of the image, one for each class.

    Ones in the channel of the image's class, zeros in the others: the base's first layer embeds the label with weights
    that are normalised as all its weights are, and no label is hard to see at the start, as it would be in one channel
    of a small embedding. It costs a channel for each class, which is much from some hundred classes on.

    Args:
        image_shape: `(height, width, channels)` of the images.
        num_classes: Number of classes.
        base: The discriminator, as `{"name": "dcgan.discriminator", "width": 32}`.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] and int32 labels `(batch,)`, from 0 to
        num_classes - 1, to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If the base is no discriminator, or does not take such images.
    """
    *sides, channels = image_shape
    network = build_discriminator(base, image_shape=(*sides, channels + num_classes))
    trunk = keras.Model(network.input, features(network), name="features")
    images = keras.Input(tuple(image_shape), name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    logits = new_head(network)(trunk(LabelMaps(num_classes, name="label_maps")([images, labels])))
    return keras.Model([images, labels], logits, name="discriminator")
