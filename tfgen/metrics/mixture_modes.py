"""Which modes of a known mixture of Gaussians a generator reaches, and how many of its samples lie in one."""

from typing import Any, NamedTuple

import numpy as np

from tfgen.metrics.inputs import feature_rows

GOOD_DEVIATIONS = 3.0
"""Within how many standard deviations of a mode's centre a sample is good, unless another number is asked for."""


class MixtureCoverage(NamedTuple):
    """How samples lie about the modes of a mixture.

    Attributes:
        modes: How many modes were hit.
        good_share: The share of all samples that are good, 0 to 1.
    """

    modes: int
    good_share: float


def mixture_coverage(
    points: Any,
    centres: Any,
    standard_deviation: float,
    *,
    deviations: float = GOOD_DEVIATIONS,
    minimum_samples: int = 1,
) -> MixtureCoverage:
    """Modes covered and share of good samples, as counted for VEEGAN (Srivastava et al. 2017, arXiv 1705.07761).

    A sample is good if its Euclidean distance to the nearest centre is at most three standard deviations; of a plane's
    true Gaussian 98.9 % are. A mode is hit if a good sample is nearest to it. The paper draws 2,500 samples.

    Args:
        points: Samples `(n, d)`, NumPy or TensorFlow.
        centres: The modes' means `(modes, d)`.
        standard_deviation: Of each coordinate, the same in all modes.
        deviations: How many standard deviations from its centre a sample still is good.
        minimum_samples: How many good samples a mode needs to count as hit.

    Raises:
        ValueError: If points or centres are not finite rows of equal width, or an argument is not positive.
    """
    if not (standard_deviation > 0 and deviations > 0 and minimum_samples >= 1):
        raise ValueError(
            f"standard_deviation is {standard_deviation}, deviations {deviations} and minimum_samples "
            f"{minimum_samples}; the first two are positive, the last is at least 1"
        )
    nearest, distances = nearest_modes(points, centres)
    good = distances <= deviations * standard_deviation
    hits = np.bincount(nearest[good], minlength=len(centres))
    return MixtureCoverage(int((hits >= minimum_samples).sum()), float(good.mean()))


def nearest_modes(points: Any, centres: Any) -> tuple[np.ndarray, np.ndarray]:
    """Which mode each sample is nearest to, and how far it is from its centre.

    Args:
        points: As for `mixture_coverage`.
        centres: As for `mixture_coverage`.

    Returns:
        Indices of the modes, int `(n,)`, and Euclidean distances, float64 `(n,)`.

    Raises:
        ValueError: If points or centres are not finite rows of equal width.
    """
    points, centres = feature_rows(points, "points"), feature_rows(centres, "centres")
    if points.shape[1] != centres.shape[1]:
        raise ValueError(f"points are {points.shape[1]} wide and centres {centres.shape[1]}; give both the same width")
    # One centre at a time, so that memory is that of the points, whatever the number of modes.
    distances = np.stack([np.linalg.norm(points - centre, axis=1) for centre in centres], axis=1)
    return distances.argmin(axis=1), distances.min(axis=1)
