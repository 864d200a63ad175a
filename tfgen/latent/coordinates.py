"""Which coordinates of a latent a model uses."""

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
