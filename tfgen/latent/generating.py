"""Images of latents in any arrangement, with or without labels."""

from typing import Any

import numpy as np

from tfgen.data.progress import progress
from tfgen.models.generative_model import GenerativeModel
from tfgen.models.image_model import ImageModel


def generate(model: GenerativeModel, latents: Any, labels: Any = None, *, batch_size: int = 256) -> np.ndarray:
    """Images of latents, batch by batch.

    Args:
        model: A trained model.
        latents: `(..., latent_dim)`: one alone, a path, or a grid of them.
        labels: For a model that knows classes: one for all, or integers `(...)`.
        batch_size: Images computed at once.

    Returns:
        float32 `(..., height, width, channels)` in [-1, 1], none for no latents.

    Raises:
        ValueError: If the latents are not of the model's length, or labels are given to a model that takes none, or
            none to one that needs them, or they are no classes of it or not one for each latent.
    """
    rows, places = _rows(model, latents)
    check_labels(model, labels)
    if labels is not None:
        if np.ndim(labels) and np.shape(labels) != places:
            raise ValueError(f"labels have shape {np.shape(labels)}; give one for all latents, or {places}")
        labels = np.broadcast_to(np.asarray(labels), places).reshape(-1)
    if not len(rows):
        return np.empty((*places, *model.image_shape), np.float32)
    inputs = model.sampling_inputs(rows, labels)
    images = compute(model, "serving_default", *inputs, batch_size=batch_size, description="generating images")
    return images.reshape(*places, *model.image_shape)


def nearest(model: GenerativeModel, latents: Any) -> np.ndarray:
    """The latents that a model's prior can draw and that are nearest to given ones, `(..., latent_dim)` both.

    Raises:
        ValueError: If the latents are not of the model's length.
    """
    rows, places = _rows(model, latents)
    return np.asarray(model.prior.nearest(rows)).reshape(*places, model.latent_dim)


def needs_labels(model: GenerativeModel, signature: str = "serving_default") -> bool:
    """Whether a served function of a model computes nothing without labels; a ValueError if it has no such function."""
    return any(spec.name == "labels" for spec in model.signature(signature).inputs)


def check_labels(model: GenerativeModel, labels: Any) -> None:
    """Says at once what cannot be generated.

    Args:
        model: The model.
        labels: One, or integers of any shape; None for none.

    Raises:
        ValueError: If labels are given to a model that takes none, or none to one that needs them, or they are not
            classes of it.
    """
    name = type(model).__name__
    if labels is None:
        if needs_labels(model):
            raise ValueError(f"this {name} draws images of a class; say which by a label, a number from 0")
    elif not model.label_count:
        raise ValueError(f"this {name} knows no classes; leave out the label")
    else:
        values = np.reshape(labels, -1)
        model.sampling_inputs(np.zeros((len(values), model.latent_dim), np.float32), values)


def check_smooth(model: GenerativeModel) -> None:
    """Says at once of which models the latents cannot be walked through, added up or searched for.

    Raises:
        ValueError: If images do not move smoothly with the model's latents.
    """
    if not model.prior.smooth:
        raise ValueError(
            f"the latents of this {type(model).__name__} are random numbers that discrete codes are drawn by, and "
            "neighbours among them have quite different images; it generates and reconstructs"
        )


def compute(
    model: ImageModel, signature: str, *inputs: np.ndarray, batch_size: int = 256, description: str
) -> np.ndarray:
    """All results of a served function in one array, `(n, ...)`.

    Args:
        model: The model.
        signature: A key of its `serving_signatures()`.
        inputs: What it takes, `(n, ...)` each, n at least 1.
        batch_size: Rows computed at once.
        description: What the progress bar says.

    Raises:
        ValueError: As `ImageModel.in_batches`.
    """
    batches = model.in_batches(signature, *inputs, batch_size=batch_size)
    return np.concatenate(list(progress(batches, description, -(-len(inputs[0]) // batch_size))))


def _rows(model: GenerativeModel, latents: Any) -> tuple[np.ndarray, tuple[int, ...]]:
    """Latents in a row, float32 `(n, latent_dim)`, and the shape that they stand in."""
    latents = np.asarray(latents, np.float32)
    if not latents.ndim or latents.shape[-1] != model.latent_dim:
        raise ValueError(f"latents have shape {latents.shape}; the model takes (..., {model.latent_dim})")
    return latents.reshape(-1, model.latent_dim), latents.shape[:-1]
