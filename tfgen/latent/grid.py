"""An even grid of the plane that two coordinates of the latents span."""

from collections.abc import Sequence

import numpy as np

from tfgen.latent.generating import check_smooth, nearest
from tfgen.models.generative_model import GenerativeModel

_DRAWS = 50_000


def latent_grid(
    model: GenerativeModel, size: int = 20, coordinates: Sequence[int] = (0, 1), *, seed: int = 0
) -> np.ndarray:
    """Latents on a grid that is even in probability along each coordinate, as Kingma & Welling 2014 (1312.6114) do.

    Along each coordinate the points are the quantiles of the latents that the model itself draws, at the probabilities
    0.5 / size, 1.5 / size, ...: those of the normal distribution for a normal prior, points at even distances in
    (-1, 1) for a uniform one, and quantiles of the Gaussian fitted to the codes for a plain autoencoder. Each
    coordinate is taken alone. Where the two are independent, as under a normal or a uniform prior, the model draws
    equally often from all cells; where they are not, as in a fitted Gaussian, a mixture or a swiss roll, some cells
    have more draws than others, and some may have none.

    Args:
        model: Any model with continuous latents; what its prior cannot draw is brought back to the nearest it can.
        size: How many points along each coordinate.
        coordinates: Two places in the latents: the first rises from left to right, the second from the bottom to the
            top.
        seed: Of the sample that has the other coordinates.

    Returns:
        float32 (size, size, latent_dim), the top row first.

    Raises:
        ValueError: If size is less than 2, these are not two coordinates of the model, or its latents are not
            continuous along them; or as `check_smooth`.
    """
    check_smooth(model)
    if size < 2:
        raise ValueError(f"size is {size}; a grid has 2 points or more along each coordinate")
    if len(coordinates) != 2 or len({*coordinates} & {*range(model.latent_dim)}) != 2:
        raise ValueError(
            f"the coordinates are {', '.join(map(str, coordinates))}; a grid takes two of 0 to {model.latent_dim - 1}"
        )
    draws = model.draw(_DRAWS, seed)
    if draws.dtype.kind != "f":
        raise ValueError(f"the latents of this {type(model).__name__} are {draws.dtype}; a grid takes real numbers")
    probabilities = (np.arange(size) + 0.5) / size
    for coordinate in coordinates:
        if len(np.unique(draws[:, coordinate])) <= size:
            raise ValueError(f"coordinate {coordinate} has but few values, between which there is nothing")
    horizontal, vertical = coordinates
    latents = np.tile(draws[0], (size, size, 1))
    latents[..., horizontal] = np.quantile(draws[:, horizontal], probabilities)
    latents[..., vertical] = np.quantile(draws[:, vertical], probabilities[::-1])[:, None]
    return nearest(model, latents)
