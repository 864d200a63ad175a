"""The least-squares GAN."""

from typing import Any

import keras

from tfgen.losses.least_squares import least_squares_discriminator_loss, least_squares_generator_loss
from tfgen.models import MODELS
from tfgen.models.adversarial_model import AdversarialModel


@MODELS.register("lsgan")
@keras.saving.register_keras_serializable(package="tfgen")
class LSGAN(AdversarialModel):
    """Least-squares GAN (Mao et al. 2017, arXiv 1611.04076): squared distances to 1 and 0 in place of cross-entropies.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network images -> (n, 1), not squashed: 1 is real, 0 is generated.
        real_target: b of the paper; below 1 it is one-sided label smoothing.
        arguments: Those of every `AdversarialModel`.

    Raises:
        ValueError: If real_target is not above 0 and at most 1; or as `AdversarialModel` does.
    """

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, *, real_target: float = 1.0, **arguments: Any
    ):
        if not 0 < real_target <= 1:
            raise ValueError(f"real_target is {real_target}; the target of real images is above 0 and at most 1")
        super().__init__(generator, discriminator, **arguments)
        self.real_target = float(real_target)

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:  # noqa: D102
        return least_squares_discriminator_loss(real_outputs, fake_outputs, self.real_target)

    def generator_loss(self, fake_outputs: Any) -> Any:  # noqa: D102
        return least_squares_generator_loss(fake_outputs)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "real_target": self.real_target}
