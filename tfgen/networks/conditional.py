"""Any architecture with a class label as a further input (Mirza and Osindero 2014, arXiv 1411.1784)."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import KerasTensor, layers

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
    _check_base(base, network, tuple(image_shape), "a generator from noise alone", "dcgan.generator")
    inputs, embedded = _with_embedding("noise", latent_dim, num_classes, embedding_dim)
    return keras.Model(inputs, network(embedded), name="generator")


@NETWORKS.register("conditional.decoder")
def decoder(
    image_shape: Sequence[int], latent_dim: int, num_classes: int, *, base: Mapping[str, Any], embedding_dim: int = 32
) -> keras.Model:
    """A decoder that takes an embedding of the label beside the code.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a code, the embedding not counted.
        num_classes: Number of classes.
        base: The decoder, as `{"name": "convolutional.decoder", "width": 32}`.
        embedding_dim: Length of a label's embedding, which starts as a draw from N(0, 1), as codes are.

    Returns:
        A model from codes `(batch, latent_dim)` and int32 labels `(batch,)`, from 0 to num_classes - 1, to what the
        base gives, float32 `(batch, height, width, channels)`.

    Raises:
        ValueError: If the base cannot be built, or takes more than codes.
    """
    network = build_base(base, image_shape=image_shape, latent_dim=latent_dim + embedding_dim)
    _check_base(base, network, tuple(image_shape), "a decoder of codes alone", "convolutional.decoder")
    inputs, embedded = _with_embedding("codes", latent_dim, num_classes, embedding_dim)
    return keras.Model(inputs, network(embedded), name="decoder")


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
    inputs, labelled = _with_label_maps(image_shape, num_classes)
    network = build_discriminator(base, image_shape=labelled.shape[1:])
    trunk = keras.Model(network.input, features(network), name="features")
    return keras.Model(inputs, new_head(network)(trunk(labelled)), name="discriminator")


@NETWORKS.register("conditional.encoder")
def encoder(image_shape: Sequence[int], output_dim: int, num_classes: int, *, base: Mapping[str, Any]) -> keras.Model:
    """An encoder that takes the label as further channels of the image, as `discriminator` does.

    Args:
        image_shape: `(height, width, channels)` of the images.
        output_dim: Numbers that it gives for each image.
        num_classes: Number of classes.
        base: The encoder, as `{"name": "convolutional.encoder", "width": 32}`.

    Returns:
        A model from images `(batch, height, width, channels)` in [-1, 1] and int32 labels `(batch,)`, from 0 to
        num_classes - 1, to float32 `(batch, output_dim)`.

    Raises:
        ValueError: If the base cannot be built, or takes more than images.
    """
    inputs, labelled = _with_label_maps(image_shape, num_classes)
    network = build_base(base, image_shape=labelled.shape[1:], output_dim=output_dim)
    _check_base(base, network, (output_dim,), "an encoder of images alone", "convolutional.encoder")
    return keras.Model(inputs, network(labelled), name="encoder")


def _with_embedding(
    name: str, latent_dim: int, num_classes: int, embedding_dim: int
) -> tuple[list[KerasTensor], KerasTensor]:
    """The inputs, latents of this name and labels, and the latents with the labels' embedding behind them."""
    latents = keras.Input((latent_dim,), name=name)
    labels = keras.Input((), dtype="int32", name="labels")
    embedding = layers.Embedding(
        num_classes, embedding_dim, embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0), name="embedding"
    )(labels)
    return [latents, labels], layers.Concatenate(name=f"{name}_and_embedding")([latents, embedding])


def _with_label_maps(image_shape: Sequence[int], num_classes: int) -> tuple[list[KerasTensor], KerasTensor]:
    """The inputs, images and labels, and the two as one image with a channel for each class."""
    images = keras.Input(tuple(image_shape), name="images")
    labels = keras.Input((), dtype="int32", name="labels")
    return [images, labels], LabelMaps(num_classes, name="label_maps")([images, labels])


def _check_base(
    base: Mapping[str, Any], network: keras.Model, output_shape: tuple[int, ...], kind: str, example: str
) -> None:
    if len(network.inputs) != 1 or network.output_shape[1:] != output_shape:
        raise ValueError(f"base {base['name']} is not {kind}; name one, such as {example}")
