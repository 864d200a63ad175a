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
    """Points on the great circles between the directions of latents (White 2016, arXiv 1609.04468).

    The direction turns evenly, and the length goes evenly from the first's to the second's: between latents of one
    length all points have it. Latents that point the same way or opposite ways, or of which one is 0, have no great
    circle of their own, and the straight line joins them. Arguments as for `straight_line`.
    """
    first_length, second_length = _length(first), _length(second)
    start = first / ops.where(first_length > 0, first_length, 1.0)
    end = second / ops.where(second_length > 0, second_length, 1.0)
    # The arc cosine would be inexact for directions that are nearly opposite.
    angle = 2.0 * ops.arctan2(_length(end - start), _length(end + start))
    is_line = ops.logical_or(ops.sin(angle) < 1e-6, ops.minimum(first_length, second_length) == 0)
    sine = ops.where(is_line, 1.0, ops.sin(angle))
    direction = (ops.sin((1.0 - position) * angle) * start + ops.sin(position * angle) * end) / sine
    arc = straight_line(first_length, second_length, position) * direction
    return ops.where(is_line, straight_line(first, second, position), arc)


def _length(latents: Any) -> Any:
    return ops.norm(latents, axis=-1, keepdims=True)
