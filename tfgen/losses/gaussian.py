"""Densities of Gaussians whose scale is learned."""

import math
from typing import Any

from keras import ops


def gaussian_negative_log_likelihood(values: Any, mean: Any, log_scale: Any) -> Any:
    """-E log N(values; mean, diag(exp(log_scale))^2), the negative log-likelihood under a factored Gaussian.

    Args:
        values: What was observed, `(n, d)`.
        mean: `(n, d)`.
        log_scale: `(n, d)`, natural logarithms of the standard deviations.

    Returns:
        A float32 scalar in nats, summed over the d components, the mean over the rows; 0 if d is 0. That of a density,
        it may be negative.
    """
    values, mean, log_scale = (ops.cast(each, "float32") for each in (values, mean, log_scale))
    squares = ops.square((values - mean) * ops.exp(-log_scale))
    return ops.mean(ops.sum(0.5 * (squares + math.log(2.0 * math.pi)) + log_scale, axis=-1))
