"""Which coordinates of a latent a model uses, and what each of them changes."""

import numpy as np

from tfgen.latent.generating import check_smooth, generate, nearest
from tfgen.models.generative_model import GenerativeModel

_DRAWS = 2000
_STARTS = 16


def coordinate_effects(model: GenerativeModel, seed: int = 0) -> np.ndarray:
    """How much each coordinate changes the images: those that a VAE does not use hardly do.

    Burda et al. 2016 (arXiv 1509.00519) tell them apart by another measure, the variance of the posterior's mean.

    Args:
        model: Any model with continuous latents.
        seed: Of the 16 samples that it is measured on.

    Returns:
        float64 (latent_dim,): the mean squared difference of pixels in [-1, 1] between a coordinate at one standard
        deviation above its mean and at one below, the others being a sample's.

    Raises:
        ValueError: As `check_smooth`.
    """
    check_smooth(model)
    draws = model.draw(_DRAWS, seed)
    effects = np.empty(model.latent_dim)
    for coordinate in range(model.latent_dim):
        ends = np.stack([draws[:_STARTS]] * 2)
        for end, sign in zip(ends, (-1, 1), strict=True):
            end[:, coordinate] = draws[:, coordinate].mean() + sign * draws[:, coordinate].std()
        low, high = generate(model, nearest(model, ends)).astype(np.float64)
        effects[coordinate] = np.mean((high - low) ** 2)
    return effects


def coordinate_walks(
    model: GenerativeModel, coordinates: np.ndarray, *, frames: int = 9, reach: float = 2.5, seed: int = 0
) -> np.ndarray:
    """One sample, with one of its coordinates after the other led through what the model draws.

    Args:
        model: As for `coordinate_effects`.
        coordinates: Which, whole numbers (n,).
        frames: Points along each.
        reach: How far each way from the mean, in standard deviations.
        seed: Of the sample.

    Returns:
        float32 (n, frames, latent_dim).

    Raises:
        ValueError: As `check_smooth`.
    """
    check_smooth(model)
    draws = model.draw(_DRAWS, seed)
    walks = np.tile(draws[0], (len(coordinates), frames, 1))
    for walk, coordinate in zip(walks, coordinates, strict=True):
        values = draws[:, coordinate]
        walk[:, coordinate] = values.mean() + np.linspace(-reach, reach, frames) * values.std()
    return nearest(model, walks)
