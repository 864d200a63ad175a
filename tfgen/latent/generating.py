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
        float32 `(..., height, width, channels)` in [-1, 1].

    Raises:
        ValueError: If the latents are not of the model's length, or labels are given to a model that takes none, or
            none to one that needs them.
    """
    latents = np.asarray(latents, np.float32)
    *places, latent_dim = latents.shape
    rows = latents.reshape(-1, latent_dim)
    check_labels(model, labels)
    if labels is not None:
        labels = np.broadcast_to(np.asarray(labels), places).reshape(-1)
    inputs = model.sampling_inputs(rows, labels) if labels is not None else (rows,)
    images = compute(model, "serving_default", *inputs, batch_size=batch_size, description="generating images")
    return images.reshape(*places, *model.image_shape)


def takes_labels(model: GenerativeModel) -> bool:
    """Whether a label can choose what a model draws."""
    one = np.zeros((1, model.latent_dim), np.float32), np.zeros(1, np.int32)
    return len(model.sampling_inputs(*one)) == len(model.serving_signatures()["serving_default"].inputs)


def needs_labels(model: GenerativeModel, signature: str = "serving_default") -> bool:
    """Whether a served function of a model computes nothing without labels."""
    return any(spec.name == "labels" for spec in model.serving_signatures()[signature].inputs)


def check_labels(model: GenerativeModel, labels: Any) -> None:
    """Says at once what cannot be generated.

    Raises:
        ValueError: If labels are given to a model that takes none, or none to one that needs them.
    """
    if labels is None and needs_labels(model):
        raise ValueError(f"this {type(model).__name__} draws images of a class; say which by a label, a number from 0")
    if labels is not None and not takes_labels(model):
        raise ValueError(f"this {type(model).__name__} knows no classes; leave out the label")


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
