"""Directions that nobody labelled: what a generator's hidden activations vary in most."""

from typing import Any, NamedTuple

import keras
import numpy as np

from tfgen.data.progress import progress
from tfgen.latent.directions import unit
from tfgen.latent.generating import check_labels, check_smooth
from tfgen.latent.inputs import latent_rows
from tfgen.models.generative_model import GenerativeModel

_CONSTANT = 1e-10


class PrincipalDirections(NamedTuple):
    """Directions in the latent space, the most important first.

    Attributes:
        directions: float64 `(count, latent_dim)`, each of length 1.
        explained_variance_ratio: float64 `(count,)`, each principal component's share of the activations' variance.
    """

    directions: np.ndarray
    explained_variance_ratio: np.ndarray


class Activations(NamedTuple):
    """What a hidden layer makes of latents.

    Attributes:
        layer: The layer's name.
        values: float32 `(n, ...)`.
    """

    layer: str
    values: np.ndarray


def principal_directions(activations: Any, latents: Any, count: int = 10) -> PrincipalDirections:
    """Principal directions of a generator (GANSpace, Härkönen et al. 2020, arXiv 2004.02546).

    The principal components of the activations of an early layer are found, and brought back to the latent space by
    least squares: the direction of a component is what it weighs in the linear regression of the latents on the
    activations' coordinates.

    Args:
        activations: What a hidden layer makes of the latents, `(n, ...)`, for example `activations(...).values`.
        latents: `(n, latent_dim)`, drawn from the model; more than `count`, and the more the truer.
        count: How many directions.

    Raises:
        ValueError: If the rows do not match or are not finite, or the activations vary in fewer ways than asked for.
    """
    from sklearn.decomposition import PCA

    codes = latent_rows(latents, "latents")
    hidden = np.asarray(activations)
    hidden = latent_rows(hidden.reshape(len(hidden), -1), "activations")
    if len(hidden) != len(codes):
        raise ValueError(f"there are {len(hidden)} activations of {len(codes)} latents; give one row for each")
    if not 1 <= count <= min(len(hidden) - 1, hidden.shape[1]):
        raise ValueError(
            f"{count} directions are asked for; {len(hidden)} activations of {hidden.shape[1]} numbers have 1 to "
            f"{min(len(hidden) - 1, hidden.shape[1])}"
        )
    if not np.ptp(hidden, axis=0).any():
        raise ValueError("the activations are the same for all latents, so that they vary in no direction")
    components = PCA(count, random_state=0)
    coordinates = components.fit_transform(hidden)
    variances = components.explained_variance_
    if (varying := int((variances > _CONSTANT * variances[0]).sum())) < count:
        raise ValueError(f"{count} directions are asked for; the activations vary in {varying}")
    # A matrix of one row for each coordinate: what it weighs in the latents.
    weights, *_ = np.linalg.lstsq(coordinates, codes - codes.mean(axis=0), rcond=None)
    directions = np.stack([unit(row, "the latents do not depend on the activations") for row in weights])
    return PrincipalDirections(directions, components.explained_variance_ratio_)


def activations(
    model: GenerativeModel, latents: Any, layer: str | None = None, labels: Any = None, *, batch_size: int = 256
) -> Activations:
    """What a layer inside of a model makes of latents, batch by batch.

    Args:
        model: A GAN, or an autoencoder.
        latents: `(n, latent_dim)`, n at least 1.
        layer: A layer of its generator or decoder, as `activations_of` takes it.
        labels: For a model that knows classes: one for all, or integers `(n,)`.
        batch_size: Latents at a time; memory beside the result is that of one such batch.

    Raises:
        ValueError: As `activations_of`, `check_smooth` or `generate`.
    """
    check_smooth(model)
    part = activations_of(model.generator if hasattr(model, "generator") else model.decoder, layer)
    check_labels(model, labels)
    rows = latent_rows(latents, "latents").astype(np.float32)
    inputs = model.sampling_inputs(rows, None if labels is None else np.broadcast_to(np.asarray(labels), len(rows)))
    values = []
    starts = range(0, len(rows), batch_size)
    for start in progress(starts, f"computing {part.name}", len(starts)):
        batch = [each[start : start + batch_size] for each in inputs]
        # Keras wants one input as it is, and several as a list.
        values.append(part.predict_on_batch(batch if len(batch) > 1 else batch[0]))
    return Activations(part.name, np.concatenate(values))


def activations_of(network: keras.Model, layer: str | None = None) -> keras.Model:
    """What a layer inside of a network computes, as a function of the network's inputs.

    Args:
        network: A functional network, for example a GAN's `generator` or an autoencoder's `decoder`.
        layer: The name of one of its layers, or of the layers of a network that is one of its layers; None is the first
            that has weights and does not embed labels.

    Returns:
        A Keras model with the network's inputs and the layer's name.

    Raises:
        ValueError: If there is no such layer.
    """
    homes = {
        part.name: (each, part)
        for each in network.layers
        for part in (each.layers if isinstance(each, keras.Model) else [each])
        if not isinstance(part, keras.layers.InputLayer)
    }
    if layer is None:
        parts = (part for _, part in homes.values())
        layer = next(
            (part.name for part in parts if part.weights and not isinstance(part, keras.layers.Embedding)), None
        )
    if layer not in homes:
        raise ValueError(f"{network.name} has no layer {layer!r}; it has {', '.join(homes)}")
    home, part = homes[layer]
    if home is part:
        return keras.Model(network.input, part.output, name=layer)
    # A network inside of another knows only its own inputs: those that it is called on are seen on the way through.
    inside, hidden = keras.Model(home.input, part.output), []

    def call(each: keras.Layer, *arguments: Any, **options: Any) -> Any:
        if each is home:
            hidden.append(inside(*arguments))
        return each(*arguments, **options)

    whole = keras.models.clone_model(network, clone_function=lambda each: each, call_function=call)
    return keras.Model(whole.input, hidden[0], name=layer)
