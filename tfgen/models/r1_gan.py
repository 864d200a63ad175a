"""The GAN with R1 regularisation."""

from typing import Any

import keras

from tfgen import backend
from tfgen.losses.gradient_penalties import zero_centred_penalty
from tfgen.models import MODELS
from tfgen.models.constants import check_not_negative
from tfgen.models.gan import GAN


@MODELS.register("r1_gan")
@keras.saving.register_keras_serializable(package="tfgen")
class R1GAN(GAN):
    """GAN with R1 (Mescheder et al. 2018, arXiv 1801.04406): the logits' squared slope at real images is penalised.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network images -> (n, 1), a logit: high is real.
        penalty_weight: gamma of the paper, 10 in its experiments.
        arguments: Those of `GAN`.

    Raises:
        ValueError: If penalty_weight is negative or not finite; or as `GAN` does.
    """

    log_names = (*GAN.log_names, "discriminator_penalty")

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, *, penalty_weight: float = 10.0, **arguments: Any
    ):
        check_not_negative(penalty_weight=penalty_weight)
        super().__init__(generator, discriminator, **arguments)
        self.penalty_weight = float(penalty_weight)

    def discriminator_penalty(self, images: Any, fakes: Any, labels: Any = None, training: bool = True) -> Any:  # noqa: D102
        slopes = backend.input_gradient(lambda points: self.discriminate(points, labels, training), images)
        return self.penalty_weight * zero_centred_penalty(slopes)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "penalty_weight": self.penalty_weight}
