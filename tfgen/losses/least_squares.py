"""The losses of the least-squares GAN (Mao et al. 2017, arXiv 1611.04076), on outputs without a sigmoid.

The targets are the paper's second scheme, a = 0 for generated images and b = c = 1 for real ones.
"""

from typing import Any

from keras import ops


def least_squares_discriminator_loss(real_outputs: Any, fake_outputs: Any, real_target: float = 1.0) -> Any:
    """1/2 E (D(x) - b)^2 + 1/2 E D(G(z))^2 (Mao et al. 2017, equation 9).

    Args:
        real_outputs: The discriminator's outputs for real images, of any shape.
        fake_outputs: Its outputs for generated images, of any shape.
        real_target: b, what real images are to get.

    Returns:
        A float32 scalar, never negative.
    """
    real_outputs = ops.cast(real_outputs, "float32")
    fake_outputs = ops.cast(fake_outputs, "float32")
    return 0.5 * ops.mean(ops.square(real_outputs - real_target)) + 0.5 * ops.mean(ops.square(fake_outputs))


def least_squares_generator_loss(fake_outputs: Any) -> Any:
    """1/2 E (D(G(z)) - 1)^2 (Mao et al. 2017, equation 9).

    Args:
        fake_outputs: The discriminator's outputs for generated images, of any shape.

    Returns:
        A float32 scalar, never negative.
    """
    return 0.5 * ops.mean(ops.square(ops.cast(fake_outputs, "float32") - 1.0))
