"""The non-saturating GAN."""

from typing import Any

import keras

from tfgen.losses.adversarial import minimax_discriminator_loss, non_saturating_generator_loss
from tfgen.models import MODELS
from tfgen.models.adversarial_model import AdversarialModel


@MODELS.register("gan")
@keras.saving.register_keras_serializable(package="tfgen")
class GAN(AdversarialModel):
    """Non-saturating GAN (Goodfellow et al. 2014, arXiv 1406.2661).

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network images -> (n, 1), a logit: high is real.
        real_target: The probability of being real that real images are to get. Below 1 it is the one-sided label
            smoothing of Salimans et al. 2016 (arXiv 1606.03498), who took 0.9.
        arguments: Those of every `AdversarialModel`.

    Raises:
        ValueError: If real_target is not above 0 and at most 1, or as `AdversarialModel` does.
    """

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, *, real_target: float = 1.0, **arguments: Any
    ):
        if not 0 < real_target <= 1:
            raise ValueError(f"real_target is {real_target}; the target of real images is above 0 and at most 1")
        super().__init__(generator, discriminator, **arguments)
        self.real_target = float(real_target)

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:  # noqa: D102
        return minimax_discriminator_loss(real_outputs, fake_outputs, self.real_target)

    def generator_loss(self, fake_outputs: Any) -> Any:  # noqa: D102
        return non_saturating_generator_loss(fake_outputs)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "real_target": self.real_target}
