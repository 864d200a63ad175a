"""Divergences between distributions in closed form."""

from typing import Any

from keras import ops


def gaussian_kl(mean: Any, log_variance: Any) -> Any:
    """KL(N(mean, diag(exp(log_variance))) || N(0, I)) in nats (Kingma and Welling 2014, arXiv 1312.6114, appendix B).

    Args:
        mean: `(batch, latent_dim)`.
        log_variance: `(batch, latent_dim)`, natural logarithms of the variances.

    Returns:
        float32 `(batch,)`, summed over the latent dimensions; never negative.
    """
    return ops.sum(gaussian_kl_of_dimensions(mean, log_variance), axis=-1)


def gaussian_kl_of_dimensions(mean: Any, log_variance: Any) -> Any:
    """The terms of `gaussian_kl`, one for each latent dimension, float32 `(batch, latent_dim)`; arguments as there."""
    mean = ops.cast(mean, "float32")
    log_variance = ops.cast(log_variance, "float32")
    return 0.5 * (ops.square(mean) + ops.expm1(log_variance) - log_variance)
