"""Paths between latents."""

from typing import Any

from keras import ops


def straight_line(first: Any, second: Any, position: Any) -> Any:
    """Points on the straight lines between latents.

    Args:
        first: Where the paths begin, (n, latent_dim).
        second: Where they end, likewise.
        position: 0 for the beginning to 1 for the end, a number or (n, 1).

    Returns:
        The points, (n, latent_dim).
    """
    return first + (second - first) * position


def great_circle(first: Any, second: Any, position: Any) -> Any:
    """Points on the great circles between latents (White 2016, arXiv 1609.04468).

    Between latents of one length all points have that length. Latents that point the same way, or opposite ways, have
    no great circle of their own, and the straight line joins them. Arguments as for `straight_line`.
    """
    unit_first, unit_second = (latents / ops.norm(latents, axis=-1, keepdims=True) for latents in (first, second))
    cosine = ops.clip(ops.sum(unit_first * unit_second, axis=-1, keepdims=True), -1.0, 1.0)
    angle = ops.arccos(cosine)
    is_line = ops.sin(angle) < 1e-6
    sine = ops.where(is_line, 1.0, ops.sin(angle))
    arc = (ops.sin((1.0 - position) * angle) * first + ops.sin(position * angle) * second) / sine
    return ops.where(is_line, straight_line(first, second, position), arc)
