"""Precision and recall for distributions: every trade-off between the two, as a curve."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from tfgen.data.progress import progress
from tfgen.metrics.inputs import feature_pair

# The curve's ends are at this distance from the angles 0 and pi/2, where one of its formulas would divide by zero.
_END = 1e-10


class PRDCurve(NamedTuple):
    """Points (recall, precision) of a PRD curve, from high recall to high precision.

    Attributes:
        recall: float64 `(angles,)` in [0, 1], falling.
        precision: float64 `(angles,)` in [0, 1], rising.
    """

    recall: np.ndarray
    precision: np.ndarray


class PRDScores(NamedTuple):
    """The pair of numbers that stands for a PRD curve, each from 0 to 1.

    Attributes:
        f_8: The largest F_8 on the curve, which weighs recall 8 times as much as precision.
        f_1_8: The largest F_1/8, which weighs precision 8 times as much as recall.
    """

    f_8: float
    f_1_8: float


def prd_curve(
    reference: Any, generated: Any, *, clusters: int = 20, angles: int = 1001, runs: int = 10, seed: int = 0
) -> PRDCurve:
    """The PRD curve of two sets of features (Sajjadi et al. 2018, arXiv 1806.00035).

    The union of both sets is clustered by mini-batch k-means, the best of 10 initialisations, and the curve is that of
    the two histograms over the clusters, the mean of several clusterings. This is the authors' procedure, and their
    numbers are the defaults.

    Args:
        reference: Features of real images `(n, d)`, NumPy or TensorFlow, of any real dtype.
        generated: Features of as many generated images: the larger set would draw the clusters to itself.
        clusters: Number of clusters, at most 2n.
        angles: Number of points on the curve.
        runs: Number of clusterings.
        seed: The same seed gives the same curve.

    Raises:
        ValueError: If these are not two sets of features of one shape, or a number is out of its range.
    """
    reference, generated = feature_pair(reference, generated)
    n = len(reference)
    if len(generated) != n:
        raise ValueError(
            f"there are {n} reference rows and {len(generated)} generated ones; PRD takes as many of each, "
            f"for example the first {min(n, len(generated))}"
        )
    if not 1 <= clusters <= 2 * n or runs < 1:
        raise ValueError(f"clusters is {clusters} and runs {runs}; take 1 to {2 * n} clusters and at least 1 run")
    union = np.concatenate([reference, generated])
    seeds = np.random.default_rng(seed).integers(2**31, size=runs)
    curves = []
    for run_seed in progress(seeds, "clustering features", runs):
        labels = MiniBatchKMeans(clusters, n_init=10, random_state=int(run_seed)).fit(union).labels_
        histograms = (np.bincount(part, minlength=clusters) for part in (labels[:n], labels[n:]))
        curves.append(prd_from_histograms(*histograms, angles=angles))
    return PRDCurve(*np.mean(curves, axis=0))


def prd_from_histograms(reference: Any, generated: Any, *, angles: int = 1001) -> PRDCurve:
    """The PRD curve of two discrete distributions p (reference) and q (generated) over the same states.

    For `angles` evenly spaced angles from 0 to pi/2 and their slopes s: precision sum(min(s p, q)) and recall
    sum(min(p, q / s)).

    Args:
        reference: Probabilities or counts `(states,)`, made to sum to 1.
        generated: As many, in the same order.
        angles: Number of points on the curve, at least 3.

    Raises:
        ValueError: If these are not two such distributions, or there are too few angles.
    """
    if angles < 3:
        raise ValueError(f"angles is {angles}; a curve has at least 3")
    p, q = _distribution(reference, "reference"), _distribution(generated, "generated")
    if p.shape != q.shape:
        raise ValueError(
            f"the reference histogram has {len(p)} states and the generated one {len(q)}; both count the same states"
        )
    slopes = np.tan(np.linspace(_END, np.pi / 2 - _END, angles))[:, None]
    recall = np.minimum(p, q / slopes).sum(axis=1)
    precision = np.minimum(slopes * p, q).sum(axis=1)
    # Rounding can bring a sum of probabilities a little above 1.
    return PRDCurve(np.minimum(recall, 1.0), np.minimum(precision, 1.0))


def prd_f_beta(curve: PRDCurve) -> PRDScores:
    """The largest F_8 and F_1/8 on a curve, as its authors report it.

    F_beta = (1 + beta^2) precision recall / (beta^2 precision + recall), and 0 where both are 0.
    """
    return PRDScores(_largest_f(curve, 8.0), _largest_f(curve, 1 / 8))


def _largest_f(curve: PRDCurve, beta: float) -> float:
    weighted = beta**2 * curve.precision + curve.recall
    product = (1 + beta**2) * curve.precision * curve.recall
    return float(np.max(np.divide(product, weighted, out=np.zeros_like(product), where=weighted > 0)))


def _distribution(histogram: Any, name: str) -> np.ndarray:
    values = np.asarray(histogram, np.float64)
    if values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any() or not values.sum() > 0:
        raise ValueError(
            f"the {name} histogram of shape {values.shape} is no distribution; "
            "it takes finite probabilities or counts (states,), none negative and not all 0"
        )
    return values / values.sum()
