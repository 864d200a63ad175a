"""The hinge losses of a discriminator (Lim and Ye 2017, arXiv 1705.02894; Tran et al. 2017, arXiv 1702.08896)."""

from typing import Any

from keras import ops


def hinge_discriminator_loss(real_outputs: Any, fake_outputs: Any) -> Any:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))), as Miyato et al. 2018 (arXiv 1802.05957) write it, equation 16.

    Args:
        real_outputs: The discriminator's outputs for real images, of any shape.
        fake_outputs: Its outputs for generated images, of any shape.

    Returns:
        A float32 scalar, never negative.
    """
    real_outputs = ops.cast(real_outputs, "float32")
    fake_outputs = ops.cast(fake_outputs, "float32")
    return ops.mean(ops.relu(1.0 - real_outputs)) + ops.mean(ops.relu(1.0 + fake_outputs))
