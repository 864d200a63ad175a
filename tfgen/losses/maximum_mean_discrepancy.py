"""The maximum mean discrepancy as a loss."""

from collections.abc import Sequence
from typing import Any

from keras import ops

from tfgen import backend

SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""The kernel's widths in the code of Tolstikhin et al. 2018."""


def inverse_multiquadric_mmd(
    first: Any, second: Any, *, deviation: float = 1.0, scales: Sequence[float] = SCALES
) -> Any:
    """Squared maximum mean discrepancy of Wasserstein autoencoders (Tolstikhin et al. 2018, arXiv 1711.01558).

    The kernel is sum_s sC / (sC + |x - y|^2) with C = 2 d deviation^2, the expected squared distance of two draws of
    N(0, deviation^2 I) in d dimensions. The paper has the one with s = 1; the sum over the scales is its authors' code,
    which gives distributions that are far apart a gradient too. The estimate is the unbiased one (Gretton et al. 2012,
    JMLR 13, equation 3): no row is compared with itself, and it is below 0 now and then.

    On several devices each compares the rows of all, so that the loss is that of one device.

    Args:
        first: `(n, d)`.
        second: `(m, d)`.
        deviation: Standard deviation of a component.
        scales: s above.

    Returns:
        A float32 scalar, computed in float32; 0 where a sample of a single row has no pair to estimate it from.
    """
    first, second = (backend.all_rows(ops.cast(each, "float32")) for each in (first, second))
    width = 2.0 * first.shape[-1] * deviation**2
    estimate = (
        _mean_of_pairs(_kernel(_squared_distances(first, first), width, scales))
        + _mean_of_pairs(_kernel(_squared_distances(second, second), width, scales))
        - 2.0 * ops.mean(_kernel(_squared_distances(first, second), width, scales))
    )
    fewest = ops.minimum(ops.shape(first)[0], ops.shape(second)[0])
    return ops.where(fewest > 1, estimate, 0.0)


def _kernel(squared_distances: Any, width: float, scales: Sequence[float]) -> Any:
    return sum(scale * width / (scale * width + squared_distances) for scale in scales)


def _squared_distances(first: Any, second: Any) -> Any:
    norms = ops.sum(ops.square(first), axis=-1)[:, None] + ops.sum(ops.square(second), axis=-1)
    # Rounding leaves those of near rows just below 0.
    return ops.maximum(norms - 2.0 * ops.matmul(first, ops.transpose(second)), 0.0)


def _mean_of_pairs(kernel: Any) -> Any:
    """The mean over pairs of different rows."""
    count = ops.cast(ops.shape(kernel)[0], "float32")
    return (ops.sum(kernel) - ops.sum(ops.diagonal(kernel))) / ops.maximum(count * (count - 1.0), 1.0)
