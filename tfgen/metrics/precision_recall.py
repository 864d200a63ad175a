"""Improved precision and recall: the share of each set that lies on the manifold of the other."""

from typing import Any, NamedTuple

import numpy as np

from tfgen.metrics.inputs import feature_pair
from tfgen.metrics.neighbours import BallCounts, ball_counts


class PrecisionRecall(NamedTuple):
    """Improved precision and recall, each a share from 0 to 1.

    Attributes:
        precision: The share of generated rows on the manifold of the reference: how good the samples are.
        recall: The share of reference rows on the manifold of the generated rows: how much of the data they reach.
    """

    precision: float
    recall: float


def improved_precision_recall(reference: Any, generated: Any, *, k: int = 3) -> PrecisionRecall:
    """Improved precision and recall (Kynkäänniemi et al. 2019, arXiv 1904.06991).

    The manifold of a set is the union of the closed balls around its rows, each out to that row's k-th nearest other
    row. The authors use VGG-16 features of 50,000 images each and k = 3; the scores depend on all of these.

    Args:
        reference: Features of real images `(n, d)`, NumPy or TensorFlow, of any real dtype.
        generated: Features of generated images `(m, d)`.
        k: Which neighbour the balls reach.

    Raises:
        ValueError: If these are not two sets of features of one width, or k is not from 1 to their rows less 1.
    """
    counts = ball_counts(*feature_pair(reference, generated), [k], [k])
    return precision_recall_from_counts(counts[0][k], counts[1][k])


def precision_recall_from_counts(around_reference: BallCounts, around_generated: BallCounts) -> PrecisionRecall:
    """Improved precision and recall from what `ball_counts` found for one k."""
    return PrecisionRecall(
        precision=float(np.mean(around_reference.balls_around_point > 0)),
        recall=float(np.mean(around_generated.balls_around_point > 0)),
    )
