"""Networks made of another network, their `base`: `{"name": "dcgan.discriminator", "width": 32}` in a recipe."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import KerasTensor, layers

from tfgen.networks import NETWORKS


def build_base(base: Mapping[str, Any], **arguments: Any) -> keras.Model:
    """The registered network that `base` describes.

    Args:
        base: The network's registered name as "name", its own arguments beside it.
        **arguments: Arguments that whoever builds on the base gives it: image_shape, latent_dim.

    Raises:
        ValueError: If there is no such network, or `base` holds an argument that is given, or one that it lacks.
    """
    own = dict(base)
    name = own.pop("name", None)
    if given := own.keys() & arguments:
        raise ValueError(f"base holds {', '.join(sorted(given))}, which its network gets from around it; take it out")
    try:
        build = NETWORKS.get(name)
    except KeyError as error:
        raise ValueError(f"base has the name {name!r}: {error}") from error
    try:
        return build(**arguments, **own)
    except TypeError as error:
        raise ValueError(f"base {name} cannot be built: {error}") from error


def build_discriminator(base: Mapping[str, Any], **arguments: Any) -> keras.Model:
    """The base as `build_base` makes it, which has to be a discriminator of images alone.

    Raises:
        ValueError: If the base cannot be built, has no layer called `logits`, or takes more than images.
    """
    model = build_base(base, **arguments)
    if len(model.inputs) != 1 or not any(layer.name == "logits" for layer in model.layers):
        raise ValueError(
            f"base {base['name']} is not a discriminator of images alone, whose last layer is called logits; "
            "name one, such as dcgan.discriminator"
        )
    return model


def features(discriminator: keras.Model) -> KerasTensor:
    """The discriminator's features, `(batch, features)`: what its `logits` layer takes."""
    return discriminator.get_layer("logits").input


def with_features(discriminator: keras.Model) -> keras.Model:
    """The discriminator with a second output, its features.

    Raises:
        ValueError: If no layer of it is called `logits`.
    """
    if not any(layer.name == "logits" for layer in discriminator.layers):
        raise ValueError(
            "the features of a discriminator are what its last layer reads, which is looked for by the name logits; "
            "give the last layer that name"
        )
    return keras.Model(discriminator.input, [discriminator.outputs[0], features(discriminator)])


def new_head(discriminator: keras.Model) -> layers.Layer:
    """Another `logits` layer like the discriminator's own, normalised as it is, for inputs of another width."""
    own = discriminator.get_layer("logits")
    return type(own).from_config(own.get_config())
