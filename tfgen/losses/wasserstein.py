"""The losses of the Wasserstein GAN (Arjovsky et al. 2017, arXiv 1701.07875), on a critic's unbounded outputs."""

from typing import Any

from keras import ops


def wasserstein_critic_loss(real_outputs: Any, fake_outputs: Any) -> Any:
    """E f(G(z)) - E f(x), whose negative estimates the Wasserstein distance times the critic's Lipschitz constant.

    Args:
        real_outputs: The critic's outputs for real images, of any shape.
        fake_outputs: Its outputs for generated images, of any shape.

    Returns:
        A float32 scalar.
    """
    return ops.mean(ops.cast(fake_outputs, "float32")) - ops.mean(ops.cast(real_outputs, "float32"))


def wasserstein_generator_loss(fake_outputs: Any) -> Any:
    """-E f(G(z)) (Arjovsky et al. 2017, algorithm 1).

    Args:
        fake_outputs: The critic's outputs for generated images, of any shape.

    Returns:
        A float32 scalar.
    """
    return -ops.mean(ops.cast(fake_outputs, "float32"))
