"""Penalties on the norm of a discriminator's gradient, from the gradients themselves.

Norms are taken over all pixels and channels of an image, in float32, and with an epsilon under the root, without which
the gradient of a norm is not a number where the norm is 0.
"""

from typing import Any

from keras import ops

EPSILON = 1e-12


def gradient_norms(gradients: Any) -> Any:
    """||g|| of each image's gradient.

    Args:
        gradients: `(batch, height, width, channels)`.

    Returns:
        float32 `(batch,)`.
    """
    return ops.sqrt(EPSILON + _squared_norms(gradients))


def unit_norm_penalty(gradients: Any) -> Any:
    """E (||g|| - 1)^2, WGAN-GP's and DRAGAN's (Gulrajani et al. 2017, arXiv 1704.00028, equation 3).

    Args:
        gradients: `(batch, height, width, channels)`.

    Returns:
        A float32 scalar, never negative.
    """
    return ops.mean(ops.square(gradient_norms(gradients) - 1.0))


def zero_centred_penalty(gradients: Any) -> Any:
    """E ||g||^2 / 2, which is R1 at real images (Mescheder et al. 2018, arXiv 1801.04406, equation 9, gamma = 1).

    Args:
        gradients: `(batch, height, width, channels)`.

    Returns:
        A float32 scalar, never negative.
    """
    return 0.5 * ops.mean(_squared_norms(gradients))


def _squared_norms(gradients: Any) -> Any:
    gradients = ops.cast(gradients, "float32")
    return ops.sum(ops.square(gradients), axis=tuple(range(1, len(gradients.shape))))
