"""Density and coverage: how crowded the balls around real images are, and how many of them are reached at all."""

from typing import Any, NamedTuple

import numpy as np

from tfgen.metrics.inputs import feature_pair
from tfgen.metrics.neighbours import BallCounts, ball_counts


class DensityCoverage(NamedTuple):
    """Density and coverage.

    Attributes:
        density: In how many balls around reference rows a generated row lies, in the mean, divided by k; not bounded
            by 1, which it is expected to be where both sets come from one distribution.
        coverage: The share of balls around reference rows with a generated row in them, from 0 to 1.
    """

    density: float
    coverage: float


def density_and_coverage(reference: Any, generated: Any, *, k: int = 5) -> DensityCoverage:
    """Density and coverage (Naeem et al. 2020, arXiv 2002.09797).

    The balls are closed, around each reference row and out to its k-th nearest other one. For two sets of one
    distribution the authors derive the expected density 1 and the expected coverage
    1 - (n-1)...(n-k) / ((n+m-1)...(n+m-k)), nearly 1 - 2^-k for as many rows of each: 0.969 at k = 5.

    Args:
        reference: Features of real images `(n, d)`, NumPy or TensorFlow, of any real dtype.
        generated: Features of generated images `(m, d)`.
        k: Which neighbour the balls reach.

    Raises:
        ValueError: If these are not two sets of features of one width, or k is not from 1 to n - 1.
    """
    around_reference, _ = ball_counts(*feature_pair(reference, generated), [k])
    return density_coverage_from_counts(around_reference[k], k)


def density_coverage_from_counts(around_reference: BallCounts, k: int) -> DensityCoverage:
    """Density and coverage from what `ball_counts` found for this k."""
    return DensityCoverage(
        density=float(np.mean(around_reference.balls_around_point) / k),
        coverage=float(np.mean(around_reference.points_in_ball > 0)),
    )
