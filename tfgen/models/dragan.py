"""DRAGAN: a gradient penalty around the data."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.gradient_penalties import unit_norm_penalty
from tfgen.models import MODELS
from tfgen.models.constants import check_not_negative
from tfgen.models.gan import GAN


@MODELS.register("dragan")
@keras.saving.register_keras_serializable(package="tfgen")
class DRAGAN(GAN):
    """DRAGAN (Kodali et al. 2017, arXiv 1705.07215): a penalty holds the slope of the logits near 1 around real images.

    The points are those of the authors' code: on the way from an image x to x + `noise_scale` std(batch) u, with u
    uniform in [0, 1) for every pixel, at a distance alpha that is one number an image.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network images -> (n, 1), a logit: high is real.
        penalty_weight: lambda of the paper.
        noise_scale: How far points lie from the data, in standard deviations of all pixels of a batch.
        arguments: Those of `GAN`.

    Raises:
        ValueError: If penalty_weight or noise_scale is negative or not finite; or as `GAN` does.
    """

    log_names = (*GAN.log_names, "discriminator_penalty")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        penalty_weight: float = 10.0,
        noise_scale: float = 0.5,
        **arguments: Any,
    ):
        check_not_negative(penalty_weight=penalty_weight, noise_scale=noise_scale)
        super().__init__(generator, discriminator, **arguments)
        self.penalty_weight = float(penalty_weight)
        self.noise_scale = float(noise_scale)

    def discriminator_penalty(self, images: Any, fakes: Any, labels: Any = None, training: bool = True) -> Any:  # noqa: D102
        near = self.points_near(images, training)
        slopes = backend.input_gradient(lambda points: self.discriminate(points, labels, training), near)
        return self.penalty_weight * unit_norm_penalty(slopes)

    def points_near(self, images: Any, training: bool = True) -> Any:
        """Points around real images, at random distances of up to `noise_scale` standard deviations a pixel."""
        shape = ops.shape(images)
        noise = backend.uniform(shape, self.noise_seed(training, draw=1))
        alpha = backend.uniform((shape[0], 1, 1, 1), self.noise_seed(training, draw=2))
        mean = ops.mean(backend.batch_mean(images))
        std = ops.sqrt(ops.mean(backend.batch_mean(ops.square(images - mean))))
        return images + alpha * self.noise_scale * std * noise

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "penalty_weight": self.penalty_weight, "noise_scale": self.noise_scale}
