"""The losses of the first GAN (Goodfellow et al. 2014, arXiv 1406.2661), on logits.

With D(x) = sigmoid(logit), -log D(x) = softplus(-logit) and -log(1 - D(x)) = softplus(logit): no logarithm of a number
near zero is ever taken. Every loss is computed in float32, whatever the logits' dtype, and is to be minimised.
"""

from typing import Any

from keras import ops


def minimax_discriminator_loss(real_logits: Any, fake_logits: Any, real_target: float = 1.0) -> Any:
    """-E log D(x) - E log(1 - D(G(z))), the discriminator's side of the game (Goodfellow et al. 2014, equation 1).

    Args:
        real_logits: Logits of real images, of any shape.
        fake_logits: Logits of generated images, of any shape.
        real_target: The probability that real images are to get. Below 1 it is the one-sided label smoothing of
            Salimans et al. 2016 (arXiv 1606.03498), who took 0.9.

    Returns:
        A float32 scalar, the mean over the real logits plus the mean over the generated ones.
    """
    real_logits = ops.cast(real_logits, "float32")
    fake_logits = ops.cast(fake_logits, "float32")
    real_loss = real_target * ops.softplus(-real_logits) + (1.0 - real_target) * ops.softplus(real_logits)
    return ops.mean(real_loss) + ops.mean(ops.softplus(fake_logits))


def minimax_generator_loss(fake_logits: Any) -> Any:
    """E log(1 - D(G(z))), whose gradient vanishes where D is sure (Goodfellow et al. 2014, equation 1).

    Args:
        fake_logits: Logits of generated images, of any shape.

    Returns:
        A float32 scalar, the mean over the logits; never positive.
    """
    return -ops.mean(ops.softplus(ops.cast(fake_logits, "float32")))


def non_saturating_generator_loss(fake_logits: Any) -> Any:
    """-E log D(G(z)), with the same fixed point and a strong gradient early on (Goodfellow et al. 2014, section 3).

    Args:
        fake_logits: Logits of generated images, of any shape.

    Returns:
        A float32 scalar, the mean over the logits; never negative.
    """
    return ops.mean(ops.softplus(-ops.cast(fake_logits, "float32")))
