"""The Fréchet distance between two sets of features: FID, where the features are Inception's."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import linalg

from tfgen.metrics.inputs import feature_rows


@dataclass(frozen=True, eq=False)
class Moments:
    """What the Fréchet distance knows of a set of features.

    Attributes:
        count: How many features, 2 or more.
        mean: float64 `(d,)`.
        covariance: float64 `(d, d)`, the sum of squares divided by count - 1.

    Raises:
        ValueError: If the shapes do not fit together, values are not finite, the covariance is not symmetric, or
            there are fewer than 2 features.
    """

    count: int
    mean: np.ndarray
    covariance: np.ndarray

    def __post_init__(self) -> None:
        mean = np.asarray(self.mean, np.float64)
        covariance = np.asarray(self.covariance, np.float64)
        if self.count < 2:
            raise ValueError(f"count is {self.count}; a covariance needs 2 features or more")
        if mean.ndim != 1 or mean.size == 0 or covariance.shape != (mean.size, mean.size):
            raise ValueError(f"mean is {mean.shape} and covariance {covariance.shape}; they must be (d,) and (d, d)")
        if not (np.isfinite(mean).all() and np.isfinite(covariance).all()):
            raise ValueError("mean or covariance has values that are not finite; compute them from finite features")
        if not np.allclose(covariance, covariance.T, rtol=1e-6, atol=1e-6 * np.abs(covariance).max()):
            raise ValueError("covariance is not symmetric; give the whole matrix, as numpy.cov returns it")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "covariance", covariance)


class RunningMoments:
    """Moments of features that come in batches, in memory for one d x d matrix.

    Batches are merged by their means and sums of squares about them (Chan, Golub and LeVeque 1979), so that nothing
    is lost where the mean is large against the deviations.
    """

    def __init__(self) -> None:
        self._count = 0
        self._mean: np.ndarray | None = None
        self._scatter: np.ndarray | None = None

    def update(self, features: Any) -> None:
        """Takes in a batch.

        Args:
            features: `(n, d)`, NumPy or TensorFlow, n from 1 on.

        Raises:
            ValueError: If they are not finite numbers `(n, d)`, or d is not that of the first batch.
        """
        rows = _batch(features)
        if self._mean is None:
            self._mean = np.zeros(rows.shape[1])
            self._scatter = np.zeros((rows.shape[1], rows.shape[1]))
        if rows.shape[1] != self._mean.size:
            raise ValueError(
                f"features are {rows.shape[1]} wide and those before {self._mean.size}; take all from the same layer"
            )
        mean = rows.mean(axis=0)
        step = mean - self._mean
        total = self._count + len(rows)
        # What the two means are apart counts as one row more.
        rows = np.vstack([rows - mean, step * np.sqrt(self._count * len(rows) / total)])
        self._scatter += rows.T @ rows
        self._mean = self._mean + step * ((total - self._count) / total)
        self._count = total

    def result(self) -> Moments:
        """The moments of all features so far.

        Raises:
            ValueError: If there are fewer than 2.
        """
        if self._count < 2:
            raise ValueError(f"only {self._count} feature(s) came; a covariance needs 2 or more")
        return Moments(self._count, self._mean, self._scatter / (self._count - 1))


def _batch(features: Any) -> np.ndarray:
    rows = np.asarray(features)
    # A batch may be one row, a set of features may not.
    if rows.ndim == 2 and len(rows) == 1:
        return feature_rows(np.repeat(rows, 2, axis=0), "features")[:1]
    return feature_rows(rows, "features")


def moments(features: Any) -> Moments:
    """Count, mean and covariance of features.

    Args:
        features: `(n, d)`, NumPy or TensorFlow, n from 2 on.

    Raises:
        ValueError: If they are not 2 or more rows of finite numbers.
    """
    running = RunningMoments()
    running.update(feature_rows(features, "features"))
    return running.result()


def frechet_distance(reference: Moments, generated: Moments) -> float:
    """Squared Fréchet distance between the normal distributions with these moments (Dowson and Landau 1982).

    |m1 - m2|^2 + tr C1 + tr C2 - 2 tr (C1 C2)^(1/2), which generative models report of Inception's features as FID
    (Heusel et al. 2017, arXiv 1706.08500). It is biased: it falls with the number of images, so only distances of
    equally many are comparable.

    With C1 = F F' and C2 = G G' the trace of the root is the sum of the singular values of F'G. Zeros, which rounding
    makes 1e-16 and their roots 1e-8, are left out by rank, of the covariances and of that product. Compared with
    tr C1 + tr C2 the error is of the order of 1e-15 in well-conditioned cases, and in no case tried above 1e-7.

    Args:
        reference: Moments of real images' features.
        generated: Moments of generated images' features.

    Returns:
        The distance, 0 or more, in squared units of the features.

    Raises:
        ValueError: If the widths differ, or a covariance is not positive semi-definite.
    """
    if reference.mean.size != generated.mean.size:
        raise ValueError(
            f"reference features are {reference.mean.size} wide and generated ones {generated.mean.size}; "
            "take both from the same layer of the same network"
        )
    traces = np.trace(reference.covariance) + np.trace(generated.covariance)
    factors = covariance_factor(reference.covariance), covariance_factor(generated.covariance)
    smaller, larger = sorted(factors, key=lambda factor: factor.shape[1])
    root_trace = _sum_of_singular_values(smaller.T @ larger)
    distance = np.square(reference.mean - generated.mean).sum() + traces - 2 * root_trace
    return max(0.0, float(distance))


def _sum_of_singular_values(matrix: np.ndarray) -> float:
    """Of a matrix whose rows fall in size, as `covariance_factor`'s columns do.

    The roots of the eigenvalues of its product with itself, at half the cost of an SVD. As the product falls in
    size too, its reduction to tridiagonal form keeps the digits of small eigenvalues.
    """
    if matrix.size == 0:
        return 0.0
    product = matrix @ matrix.T
    lengths = np.sqrt(np.diag(product))
    lengths[lengths == 0] = 1.0
    rank = covariance_factor(product / np.outer(lengths, lengths)).shape[1]
    squares = linalg.eigvalsh(product, lower=True, driver="evd", overwrite_a=True)[len(product) - rank :]
    return float(np.sqrt(np.maximum(squares, 0.0)).sum())


def covariance_factor(covariance: np.ndarray) -> np.ndarray:
    """F with F F' = the covariance, its columns as many as the covariance's rank, falling in size.

    By Cholesky's decomposition with pivots, which ends where what remains is rounding: below d times float64's epsilon
    of the largest variance.

    Args:
        covariance: Symmetric float64 `(d, d)`.

    Returns:
        float64 `(d, rank)`.

    Raises:
        ValueError: If it is not positive semi-definite.
    """
    variances = np.diag(covariance)
    rounding = len(covariance) * np.finfo(np.float64).eps * max(variances.max(), 0.0)
    lower, pivots, rank, _ = linalg.lapack.dpstrf(covariance, tol=rounding, lower=1)
    factor = np.empty((len(covariance), rank))
    factor[pivots - 1] = np.tril(lower)[:, :rank]
    if np.abs(np.square(factor).sum(axis=1) - variances).max() > 1e-6 * variances.max():
        raise ValueError(
            "a covariance has negative eigenvalues larger than float64's rounding; compute it from features in float64"
        )
    return factor
