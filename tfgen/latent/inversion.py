"""From images back to latents."""

from typing import Any, NamedTuple

import numpy as np
from keras import ops

from tfgen.latent.generating import check_labels, check_smooth, compute, generate, nearest, needs_labels
from tfgen.metrics.inversion import invert
from tfgen.models.generative_model import GenerativeModel


class Inverted(NamedTuple):
    """What a model makes of given images.

    Attributes:
        latents: float32 `(n, latent_dim)`, the best found for each image.
        reconstructions: float32 `(n, height, width, channels)` in [-1, 1], what the model generates from them.
        distances: float64 `(n,)`, the Euclidean distance of each image to its reconstruction over all pixels and
            channels in [0, 1].
    """

    latents: np.ndarray
    reconstructions: np.ndarray
    distances: np.ndarray


def invert_images(
    model: GenerativeModel,
    images: Any,
    label: int | None = None,
    *,
    steps: int = 500,
    learning_rate: float = 0.1,
    restarts: int = 2,
    seed: int = 0,
) -> Inverted:
    """The latents whose generated images come closest to given ones, by gradient descent (`tfgen.metrics.invert`).

    Where the model encodes, each search starts at the image's code, which it can only improve; the other restarts, and
    all of a model that does not encode, start at draws of the prior. Latents stay where the prior draws from.

    No gradient leads from one category of an `InfoGAN`'s code to another: each search keeps those that it starts with.
    Without a label there is a start in every category of the first code, whatever the restarts.

    Args:
        model: A trained model.
        images: Floats `(n, height, width, channels)` in [-1, 1], of the model's shape.
        label: The class of all images, for a model that knows classes.
        steps: Updates of each latent.
        learning_rate: Adam's, at the first step.
        restarts: Latents that each image is sought from, at least.
        seed: Draws the starts.

    Raises:
        ValueError: As `tfgen.metrics.invert`, `check_smooth` or `generate`.
    """
    images = np.asarray(images)
    check_smooth(model)
    check_labels(model, label)
    if label is None:
        restarts = max(restarts, model.label_count)

    def generate_nearest(latents: Any) -> Any:
        labels = ops.full((ops.shape(latents)[0],), label, "int32") if needs_labels(model) else None
        return model.generate(model.prior.nearest(latents), labels)

    def starts(count: int, seed: tuple[int, int]) -> np.ndarray:
        codes = _encode(model, images, label)
        rows = np.concatenate([codes, np.asarray(model.latents(count, seed))[len(codes) :]])
        if not model.label_count:
            return rows
        restart = np.arange(count) // len(images)
        labels = restart % model.label_count if label is None else np.full(count, label)
        return model.sampling_inputs(rows, labels)[0]

    found = invert(
        generate_nearest,
        images,
        starts,
        bound=model.prior.bound,
        steps=steps,
        learning_rate=learning_rate,
        restarts=restarts,
        seed=seed,
    )
    latents = nearest(model, found.latents)
    return Inverted(latents, generate(model, latents, label), found.distances)


def _encode(model: GenerativeModel, images: np.ndarray, label: int | None) -> np.ndarray:
    """The codes of the images, `(n, latent_dim)`; none of them where the model does not encode."""
    if not hasattr(model, "decode") or "encode" not in model.serving_signatures():
        return np.empty((0, model.latent_dim), np.float32)
    labels = [np.full(len(images), label, np.int32)] if needs_labels(model, "encode") else []
    return compute(model, "encode", images, *labels, description="encoding images")
