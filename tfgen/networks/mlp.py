"""Multilayer perceptrons: the plain baseline, for images of any shape, 1x1 too: points in the plane are (1, 1, 2)."""

import math
from collections.abc import Sequence

import keras
from keras import KerasTensor, layers

from tfgen.networks import NETWORKS
from tfgen.networks.normalization import Normalization, find_normalization


@NETWORKS.register("mlp.encoder")
def encoder(
    image_shape: Sequence[int], output_dim: int, *, hidden_dims: Sequence[int] = (512, 256), activation: str = "relu"
) -> keras.Model:
    """Perceptron encoder: hidden layers on the flattened image, then a linear code.

    Args:
        image_shape: `(height, width, channels)` of the images.
        output_dim: Length of the code.
        hidden_dims: Units of each hidden layer, from the image on.
        activation: Keras' name of the hidden layers' activation.

    Returns:
        A model from images `(batch, height, width, channels)` to float32 codes `(batch, output_dim)`.
    """
    inputs = keras.Input(tuple(image_shape), name="images")
    x = _hidden(layers.Flatten(name="flatten")(inputs), hidden_dims, activation, Normalization())
    codes = layers.Dense(output_dim, dtype="float32", name="codes")(x)
    return keras.Model(inputs, codes, name="encoder")


@NETWORKS.register("mlp.decoder")
def decoder(
    image_shape: Sequence[int],
    latent_dim: int,
    *,
    hidden_dims: Sequence[int] = (256, 512),
    activation: str = "relu",
    output_activation: str = "tanh",
) -> keras.Model:
    """Perceptron decoder: hidden layers on the code, then one unit for each pixel and channel.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a code.
        hidden_dims: Units of each hidden layer, from the code on: an encoder's, reversed, for its mirror image.
        activation: Keras' name of the hidden layers' activation.
        output_activation: `"tanh"` for images in [-1, 1], `"linear"` for a likelihood that reads logits.

    Returns:
        A model from codes `(batch, latent_dim)` to float32 outputs `(batch, height, width, channels)`.
    """
    inputs = keras.Input((latent_dim,), name="codes")
    images = _images(_hidden(inputs, hidden_dims, activation, Normalization()), image_shape, output_activation)
    return keras.Model(inputs, images, name="decoder")


@NETWORKS.register("mlp.generator")
def generator(
    image_shape: Sequence[int], latent_dim: int, *, hidden_dims: Sequence[int] = (256, 512), activation: str = "relu"
) -> keras.Model:
    """Perceptron generator: hidden layers on the noise, then one unit for each pixel and channel.

    Args:
        image_shape: `(height, width, channels)` of the images.
        latent_dim: Length of a noise vector.
        hidden_dims: Units of each hidden layer, from the noise on.
        activation: Keras' name of the hidden layers' activation.

    Returns:
        A model from noise `(batch, latent_dim)` to float32 images `(batch, height, width, channels)` in [-1, 1].
    """
    inputs = keras.Input((latent_dim,), name="noise")
    images = _images(_hidden(inputs, hidden_dims, activation, Normalization()), image_shape, "tanh")
    return keras.Model(inputs, images, name="generator")


@NETWORKS.register("mlp.discriminator")
def discriminator(
    image_shape: Sequence[int],
    *,
    hidden_dims: Sequence[int] = (512, 256),
    activation: str = "leaky_relu",
    normalization: str = "none",
) -> keras.Model:
    """Perceptron discriminator: hidden layers on the flattened image, then one linear unit.

    Args:
        image_shape: `(height, width, channels)` of the images.
        hidden_dims: Units of each hidden layer, from the image on.
        activation: Keras' name of the hidden layers' activation; `"leaky_relu"` has slope 0.2.
        normalization: `"none"`; `"spectral"` of all layers; `"batch"` or `"layer"` of the hidden layers, before their
            activation (`tfgen.networks.normalization`).

    Returns:
        A model from images `(batch, height, width, channels)` to float32 logits `(batch, 1)`.

    Raises:
        ValueError: If there is no such normalisation.
    """
    normalised = find_normalization(normalization)
    inputs = keras.Input(tuple(image_shape), name="images")
    x = _hidden(layers.Flatten(name="flatten")(inputs), hidden_dims, activation, normalised)
    logits = normalised.around(layers.Dense(1, dtype="float32", name="logits"))(x)
    return keras.Model(inputs, logits, name="discriminator")


def _hidden(x: KerasTensor, hidden_dims: Sequence[int], activation: str, normalised: Normalization) -> KerasTensor:
    for index, units in enumerate(hidden_dims, start=1):
        x = normalised.around(layers.Dense(units, use_bias=normalised.use_bias, name=f"dense_{index}"))(x)
        if normalised.after:
            x = normalised.after(index)(x)
        x = layers.Activation(activation, name=f"activation_{index}")(x)
    return x


def _images(x: KerasTensor, image_shape: Sequence[int], activation: str) -> KerasTensor:
    x = layers.Dense(math.prod(image_shape), name="pixels")(x)
    x = layers.Reshape(tuple(image_shape), name="reshape")(x)
    return layers.Activation(activation, dtype="float32", name="images")(x)
