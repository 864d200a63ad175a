"""Paths through way points."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tfgen.priors.paths import great_circle, straight_line  # noqa: F401 - what `interpolate` takes


def interpolate(
    waypoints: Any, steps: int, path: Callable[[Any, Any, Any], Any] = great_circle, *, closed: bool = False
) -> np.ndarray:
    """Latents on a path through way points.

    Args:
        waypoints: At least two latents to pass, `(points, ..., latent_dim)`; axes between are paths side by side.
        steps: Frames from one way point to the next: the way point itself, and `steps - 1` between.
        path: (first, second, position) -> points: `great_circle` (White 2016, arXiv 1609.04468), which suits normal
            and spherical latents, `straight_line`, or a model's `interpolate`, which suits its own.
        closed: Whether the path leads back to the first way point.

    Returns:
        float32 `(frames, ..., latent_dim)`: `steps` frames for each way, and the last way point unless closed, so that
        a closed path can be shown round and round.

    Raises:
        ValueError: If there are fewer than two way points, they are not finite, or steps is not positive.
    """
    points = np.asarray(waypoints, np.float64)
    if points.ndim < 2 or len(points) < 2 or not np.isfinite(points).all():
        raise ValueError(
            f"waypoints have shape {points.shape}; a path takes at least two latents (points, latent_dim) of finite "
            "numbers"
        )
    if steps < 1:
        raise ValueError(f"steps is {steps}; from one way point to the next there is 1 or more")
    # Priors know latents (n, latent_dim).
    rows = points.reshape(len(points), -1, points.shape[-1])
    ends = np.roll(rows, -1, axis=0) if closed else rows[1:]
    frames = [
        np.asarray(path(first, second, step / steps))
        for first, second in zip(rows[: len(ends)], ends, strict=True)
        for step in range(steps)
    ]
    frames = np.stack(frames if closed else [*frames, rows[-1]])
    return frames.reshape(-1, *points.shape[1:]).astype(np.float32)
