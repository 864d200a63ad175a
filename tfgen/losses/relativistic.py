"""The losses of the relativistic average GAN (Jolicoeur-Martineau 2018, arXiv 1807.00734), on logits.

Each side is judged against the mean logit of the other: D(x) = sigmoid(C(x) - E C(G(z))), and likewise for generated
images. The means are over the whole batch, on however many devices it is.
"""

from typing import Any

from keras import ops

from tfgen import backend
from tfgen.losses.adversarial import minimax_discriminator_loss


def relativistic_average_discriminator_loss(real_logits: Any, fake_logits: Any, real_target: float = 1.0) -> Any:
    """-E log D(x) - E log(1 - D(G(z))), with both relative to the other side's mean.

    Args:
        real_logits: `(batch, 1)`, C(x) for real images.
        fake_logits: `(batch, 1)`, C(G(z)) for generated images.
        real_target: The probability that real images are to get; below 1 it is one-sided label smoothing.

    Returns:
        A float32 scalar, never negative.
    """
    real_logits = ops.cast(real_logits, "float32")
    fake_logits = ops.cast(fake_logits, "float32")
    return minimax_discriminator_loss(
        real_logits - backend.batch_mean(fake_logits), fake_logits - backend.batch_mean(real_logits), real_target
    )


def relativistic_average_generator_loss(real_logits: Any, fake_logits: Any) -> Any:
    """-E log D(G(z)) - E log(1 - D(x)): the discriminator's loss with the sides exchanged.

    Args:
        real_logits: `(batch, 1)`, C(x) for real images.
        fake_logits: `(batch, 1)`, C(G(z)) for generated images.

    Returns:
        A float32 scalar, never negative.
    """
    return relativistic_average_discriminator_loss(fake_logits, real_logits)
