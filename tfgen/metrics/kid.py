"""The kernel distance between two sets of features: KID, where the features are Inception's."""

from typing import Any, NamedTuple

import numpy as np

from tfgen.data.progress import progress
from tfgen.metrics.inputs import feature_pair

# Rows whose kernel is held at a time, against as many others: 32 MiB of float64.
_BLOCK = 2048


class KernelDistance(NamedTuple):
    """An estimate of the squared maximum mean discrepancy.

    Attributes:
        value: The estimate. It is unbiased, hence below 0 now and then where the distributions are alike.
        standard_error: The standard deviation that the estimate itself has.
    """

    value: float
    standard_error: float


def kernel_distance(reference: Any, generated: Any, *, subset_size: int = 1000, seed: int = 0) -> KernelDistance:
    """Squared maximum mean discrepancy with the kernel (x.y / d + 1)^3 (Bińkowski et al. 2018, arXiv 1801.01401).

    Generative models report it of Inception's features as KID, often a thousandfold; here it is as it is. The rows are
    shuffled and dealt into as many subsets as there can be with `subset_size` rows of each set or more; the value is
    the mean of the subsets' unbiased estimates (the block estimator of Zaremba et al. 2013, arXiv 1307.1954).

    Most others average 100 subsets of 1,000 rows, drawn anew from the same rows each time. What they estimate is the
    same, so the values compare. But their subsets overlap, so that the deviation over them, divided by the root of
    their number, is no standard error. Subsets without a row in common are independent, and of them it is one. The
    price is that fewer pairs of rows are compared.

    Args:
        reference: Features of real images `(n, d)`, NumPy or TensorFlow.
        generated: Features of generated images `(m, d)`.
        subset_size: The least number of rows in a subset, of either set.
        seed: Of the shuffle: `numpy.random.default_rng(seed).permutation`, of the reference first.

    Raises:
        ValueError: If these are not two sets of features of one width, or do not make 2 subsets of 2 rows or more.
    """
    reference, generated = feature_pair(reference, generated)
    if subset_size < 2:
        raise ValueError(f"subset_size is {subset_size}; an unbiased estimate needs 2 rows or more")
    fewer = min(len(reference), len(generated))
    subsets = fewer // subset_size
    if subsets < 2:
        raise ValueError(
            f"{fewer:,} features make {subsets} subset(s) of {subset_size:,}, and a standard error needs 2; "
            f"give at least {2 * subset_size:,} of each set, or a smaller subset_size"
        )
    rng = np.random.default_rng(seed)
    parts = zip(*(np.array_split(rng.permutation(len(rows)), subsets) for rows in (reference, generated)), strict=True)
    estimates = [
        _mean_kernel_of_pairs(reference[part])
        + _mean_kernel_of_pairs(generated[other])
        - 2 * _kernel_sum(reference[part], generated[other]) / (len(part) * len(other))
        for part, other in progress(parts, "Comparing subsets", subsets)
    ]
    return KernelDistance(float(np.mean(estimates)), float(np.std(estimates, ddof=1) / np.sqrt(subsets)))


def _mean_kernel_of_pairs(rows: np.ndarray) -> float:
    """The mean kernel of two different rows."""
    of_itself = (np.einsum("ij,ij->i", rows, rows) / rows.shape[1] + 1) ** 3
    return (_kernel_sum(rows, rows) - of_itself.sum()) / (len(rows) * (len(rows) - 1))


def _kernel_sum(rows: np.ndarray, others: np.ndarray) -> float:
    total = 0.0
    for start in range(0, len(rows), _BLOCK):
        for other in range(0, len(others), _BLOCK):
            kernel = rows[start : start + _BLOCK] @ others[other : other + _BLOCK].T
            kernel /= rows.shape[1]
            kernel += 1
            total += (kernel * kernel * kernel).sum()
    return float(total)
