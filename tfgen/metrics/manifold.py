"""Improved precision and recall, density and coverage in one go."""

from typing import Any, NamedTuple

from tfgen.metrics.density_coverage import density_coverage_from_counts
from tfgen.metrics.inputs import feature_pair
from tfgen.metrics.neighbours import ball_counts
from tfgen.metrics.precision_recall import precision_recall_from_counts


class ManifoldScores(NamedTuple):
    """The fields of `PrecisionRecall` and of `DensityCoverage`."""

    precision: float
    recall: float
    density: float
    coverage: float


def manifold_scores(
    reference: Any, generated: Any, *, precision_recall_k: int = 3, density_coverage_k: int = 5
) -> ManifoldScores:
    """What `improved_precision_recall` and `density_and_coverage` return, each distance measured once for both.

    Args:
        reference: Features of real images `(n, d)`, NumPy or TensorFlow, of any real dtype.
        generated: Features of generated images `(m, d)`.
        precision_recall_k: Which neighbour the balls reach for precision and recall.
        density_coverage_k: Which neighbour they reach for density and coverage.

    Raises:
        ValueError: If these are not two sets of features of one width, or a k is not from 1 to their rows less 1.
    """
    close, wide = precision_recall_k, density_coverage_k
    around_reference, around_generated = ball_counts(*feature_pair(reference, generated), [close, wide], [close])
    return ManifoldScores(
        *precision_recall_from_counts(around_reference[close], around_generated[close]),
        *density_coverage_from_counts(around_reference[wide], wide),
    )
