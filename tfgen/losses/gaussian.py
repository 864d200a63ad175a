"""Densities of Gaussians of standard deviation 1."""

import math
from typing import Any

from keras import ops


def gaussian_negative_log_likelihood(values: Any, mean: Any) -> Any:
    """-E log N(values; mean, I), the negative log-likelihood under a Gaussian of standard deviation 1.

    Args:
        values: What was observed, `(n, d)`.
        mean: `(n, d)`.

    Returns:
        A float32 scalar in nats, summed over the d components, the mean over the rows; 0 if d is 0.
    """
    squares = ops.square(ops.cast(values, "float32") - ops.cast(mean, "float32"))
    return ops.mean(ops.sum(0.5 * (squares + math.log(2.0 * math.pi)), axis=-1))
