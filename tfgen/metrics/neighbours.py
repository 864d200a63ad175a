"""Distances between the rows of two sets, a block at a time, and who lies in whose ball of nearest neighbours."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from tfgen.data.progress import progress

# Distances held at a time: 32 MiB of float64, whatever the number of rows.
_BLOCK = 2**22
# ||a||^2 + ||b||^2 - 2ab loses digits where a and b are close: below this share of ||a||^2 + ||b||^2 it is not used.
_CLOSE = 1e-6
# What is left of the rounding, so that it never decides who lies in a ball.
_ROUNDING = 1e-9


class BallCounts(NamedTuple):
    """How balls around the rows of one set, each out to that row's k-th nearest other row, hold the rows of another.

    Attributes:
        points_in_ball: For each ball, how many rows of the other set lie in it.
        balls_around_point: For each row of the other set, in how many balls it lies.
    """

    points_in_ball: np.ndarray
    balls_around_point: np.ndarray


def squared_distances(rows: np.ndarray, others: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Squared Euclidean distances, exactly 0 between equal rows, correct to about nine digits between all others.

    They come from the product of the two matrices, with the origin moved to the mean of `others`. Where that loses
    digits, between rows closer than a thousandth of their distance from that mean, the rows are subtracted instead.

    Args:
        rows: float64 `(n, d)`.
        others: float64 `(m, d)`.

    Yields:
        Which of `rows`, a slice, and their squared distances to all `others`, float64 `(slice, m)`, 32 MiB at a time.
    """
    step = max(1, _BLOCK // len(others))
    # Every row of a collapsed generator is close to every other; equal ones are subtracted once.
    others, copies = np.unique(others, axis=0, return_inverse=True)
    origin = others.mean(axis=0)
    centred = others - origin
    squares = np.einsum("ij,ij->i", centred, centred)
    starts = range(0, len(rows), step)
    for start in progress(starts, "measuring distances", len(starts)):
        block = slice(start, min(start + step, len(rows)))
        part = rows[block] - origin
        scale = np.einsum("ij,ij->i", part, part)[:, None] + squares
        distances = (-2.0 * part) @ centred.T
        distances += scale
        scale *= _CLOSE
        close = distances <= scale
        for row in np.flatnonzero(close.any(axis=1)):
            differences = others[close[row]] - rows[start + row]
            distances[row, close[row]] = np.einsum("ij,ij->i", differences, differences)
        # NumPy 2.0 gives the copies an axis more than later versions.
        yield block, distances[:, copies.ravel()]


def squared_radii(features: np.ndarray, ks: Iterable[int]) -> dict[int, np.ndarray]:
    """The squared distance from each row to its k-th nearest other row, for each k.

    It is a billionth too long, so that a copy of that row lies in the ball however its distance is rounded.

    Args:
        features: float64 `(n, d)`.
        ks: Numbers from 1 to n - 1; the distances are measured once for all of them, and not at all for none.

    Returns:
        For each k, float64 `(n,)`; 0 for a row that k others equal.

    Raises:
        ValueError: If a k is not such a number.
    """
    ks = sorted(set(ks))
    for k in ks:
        if not 1 <= k < len(features):
            raise ValueError(
                f"k is {k}, and each of {len(features)} rows has {len(features) - 1} neighbours; "
                "take a k from 1 to that, or more rows"
            )
    radii = {k: np.empty(len(features)) for k in ks}
    if ks:
        for block, distances in squared_distances(features, features):
            # The nearest of all, number 0, is the row itself.
            nearest = np.partition(distances, ks, axis=1)
            for k in ks:
                radii[k][block] = nearest[:, k] * (1 + _ROUNDING)
    return radii


def ball_counts(
    reference: np.ndarray, generated: np.ndarray, reference_ks: Iterable[int], generated_ks: Iterable[int] = ()
) -> tuple[dict[int, BallCounts], dict[int, BallCounts]]:
    """Which rows lie in the closed balls around the rows of the other set, for several k at once.

    Every distance is measured once, and of those among the generated rows only if `generated_ks` has any.

    Args:
        reference: float64 `(n, d)`, as `feature_pair` returns it.
        generated: float64 `(m, d)`.
        reference_ks: For which k to count generated rows in the balls around reference rows.
        generated_ks: For which k to count reference rows in the balls around generated rows.

    Returns:
        The counts for the balls around reference rows by k, and those for the balls around generated rows by k.

    Raises:
        ValueError: If a k is not from 1 to the number of rows less 1.
    """
    reference_radii = squared_radii(reference, reference_ks)
    generated_radii = squared_radii(generated, generated_ks)
    n, m = len(reference), len(generated)
    around_reference = {k: BallCounts(np.zeros(n, np.int64), np.zeros(m, np.int64)) for k in reference_radii}
    around_generated = {k: BallCounts(np.zeros(m, np.int64), np.zeros(n, np.int64)) for k in generated_radii}
    for block, distances in squared_distances(reference, generated):
        for k, counts in around_reference.items():
            inside = distances <= reference_radii[k][block, None]
            counts.points_in_ball[block] = np.count_nonzero(inside, axis=1)
            counts.balls_around_point[:] += np.count_nonzero(inside, axis=0)
        for k, counts in around_generated.items():
            inside = distances <= generated_radii[k]
            counts.points_in_ball[:] += np.count_nonzero(inside, axis=0)
            counts.balls_around_point[block] = np.count_nonzero(inside, axis=1)
    return around_reference, around_generated
