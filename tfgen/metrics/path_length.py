"""Perceptual path length: how much images change along a path between latents."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tfgen.data.progress import progress
from tfgen.metrics.inputs import feature_rows

_TRIMMED_PERCENT = 1


class PathLength(NamedTuple):
    """Perceptual path length: the lower, the smoother the latent space.

    Attributes:
        mean: Mean squared distance per squared step, without the smallest and the largest 1 % of the paths.
        standard_error: Of that trimmed mean (Tukey and McLaughlin 1963).
        paths: How many there were, the trimmed ones included.
    """

    mean: float
    standard_error: float
    paths: int


def perceptual_path_length(
    generate: Callable[[np.ndarray], Any],
    distance: Callable[[Any, Any], Any],
    interpolate: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    first: Any,
    second: Any,
    *,
    epsilon: float = 1e-4,
    position: float | None = None,
    seed: int = 0,
    batch_size: int = 64,
) -> PathLength:
    """Perceptual path length (Karras et al. 2019, arXiv 1812.04948).

    Of each pair of latents, E[distance(G(p(t)), G(p(t + epsilon))) / epsilon^2] at a point t of the path p between
    them. As in the authors' code, paths below the 1st and above the 99th percentile are left out. The paper's distance
    is LPIPS in VGG-16's features; with another, the values compare only among models measured with the same one, on
    images of the same size.

    Args:
        generate: Latents `(n, latent_dim)` -> images; the same latents have to give the same images.
        distance: Two batches of images -> the squared distance of each pair `(n,)`, for example between the features
            of a network.
        interpolate: (first, second, t) -> points of the paths `(n, latent_dim)`, for float64 latents and t `(n, 1)`.
            The paper's are spherical between normal latents, and linear between a mapping network's outputs.
        first: Where the paths begin, `(n, latent_dim)`.
        second: Where they end, of the same shape; each pair of rows is one path.
        epsilon: Length of the step, as a share of the path.
        position: The t of every path; 0 is the paper's "end". None draws one for each from [0, 1), its "full".
        seed: Draws the positions.
        batch_size: Paths at a time.

    Raises:
        ValueError: If the latents are not two finite sets of one shape, epsilon or batch_size is not positive,
            position is not from 0 to 1, or the distances are not one finite number, 0 or more, for each path.
    """
    starts, ends = feature_rows(first, "first latents"), feature_rows(second, "second latents")
    if starts.shape != ends.shape:
        raise ValueError(f"first latents are {starts.shape} and second ones {ends.shape}; a path takes one of each")
    if not (epsilon > 0 and batch_size >= 1):
        raise ValueError(f"epsilon is {epsilon} and batch_size {batch_size}; both are positive")
    if position is not None and not 0 <= position <= 1:
        raise ValueError(f"position is {position}; it is from 0 to 1, or None to draw one for each path")
    n, dtype = len(starts), np.result_type(np.asarray(first), np.float32)
    positions = np.random.default_rng(seed).random((n, 1)) if position is None else np.full((n, 1), float(position))
    lengths = np.empty(n)
    batches = range(0, n, batch_size)
    for start in progress(batches, "measuring path lengths", len(batches)):
        batch = slice(start, start + batch_size)
        points = (interpolate(starts[batch], ends[batch], positions[batch] + step) for step in (0.0, epsilon))
        images = (generate(np.asarray(point, dtype)) for point in points)
        lengths[batch] = _squared_distances(distance(*images), len(starts[batch])) / epsilon**2
    return _trimmed(lengths)


def _squared_distances(values: Any, count: int) -> np.ndarray:
    distances = np.asarray(values, np.float64)
    if distances.shape != (count,) or not np.isfinite(distances).all() or (distances < 0).any():
        raise ValueError(
            f"distance gave values of shape {distances.shape} for {count} pairs of images; it has to give each pair "
            "one finite squared distance, 0 or more"
        )
    return distances


def _trimmed(lengths: np.ndarray) -> PathLength:
    low = np.percentile(lengths, _TRIMMED_PERCENT, method="lower")
    high = np.percentile(lengths, 100 - _TRIMMED_PERCENT, method="higher")
    kept = (low <= lengths) & (lengths <= high)
    deviation = np.clip(lengths, low, high).std(ddof=1)
    return PathLength(
        mean=float(lengths[kept].mean()),
        standard_error=float(deviation / (kept.mean() * math.sqrt(len(lengths)))),
        paths=len(lengths),
    )
