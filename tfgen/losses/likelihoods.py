"""Likelihoods of images under a decoder: negative log-likelihoods in nats per image (sums over pixels and channels)."""

import math
from typing import Any

import keras
from keras import ops

from tfgen.losses import LOSSES
from tfgen.losses.reconstruction import ReconstructionLoss


class Likelihood(ReconstructionLoss):
    """p(x|z) of images x, whose cost is its negative logarithm in nats: what a bound of log p(x) can be made of."""


@LOSSES.register("bernoulli")
@keras.saving.register_keras_serializable(package="tfgen")
class Bernoulli(Likelihood):
    """Bernoulli likelihood of each pixel, given as a logit (Kingma and Welling 2014, arXiv 1312.6114, appendix C.1).

    Pixels in [-1, 1] become targets t = (x + 1) / 2. Where they are black or white this is the negative log-likelihood;
    for grey ones it is the cross-entropy that the literature reports, and not a normalised density.
    """

    def per_image(self, images: Any, outputs: Any) -> Any:
        """-sum t log p + (1 - t) log(1 - p), with p = sigmoid(output)."""
        return ops.sum(ops.binary_crossentropy((images + 1.0) / 2.0, outputs, from_logits=True), axis=(1, 2, 3))

    def to_images(self, outputs: Any) -> Any:
        """The means 2 p - 1 of the pixels, in [-1, 1]."""
        return 2.0 * ops.sigmoid(ops.cast(outputs, "float32")) - 1.0


@LOSSES.register("gaussian")
@keras.saving.register_keras_serializable(package="tfgen")
class Gaussian(Likelihood):
    """Gaussian likelihood of each pixel, given as its mean, of one fixed standard deviation, with its normaliser.

    Args:
        scale: Standard deviation, in units of the range [-1, 1].

    Raises:
        ValueError: If `scale` is not a positive, finite number.
    """

    def __init__(self, scale: float = 1.0):
        if not (scale > 0 and math.isfinite(scale)):
            raise ValueError(f"scale is {scale}; the standard deviation of a Gaussian has to be a positive number")
        self.scale = float(scale)

    def per_image(self, images: Any, outputs: Any) -> Any:
        """Sum over pixels and channels of (x - y)^2 / (2 scale^2) + log(2 pi scale^2) / 2."""
        normaliser = 0.5 * math.log(2.0 * math.pi * self.scale**2)
        return ops.sum(0.5 * ops.square((images - outputs) / self.scale) + normaliser, axis=(1, 2, 3))

    def get_config(self) -> dict[str, Any]:
        """The standard deviation."""
        return {"scale": self.scale}
