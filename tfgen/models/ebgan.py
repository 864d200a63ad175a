"""The energy-based GAN."""

import math
from typing import Any

import keras
from keras import ops

from tfgen.losses.energy import margin_loss, pulling_away_term
from tfgen.models import MODELS
from tfgen.models.constants import check_not_negative
from tfgen.models.energy_model import EnergyModel


@MODELS.register("ebgan")
@keras.saving.register_keras_serializable(package="tfgen")
class EBGAN(EnergyModel):
    """Energy-based GAN (Zhao et al. 2017, arXiv 1609.03126): energies of real images fall, of others rise to a margin.

    An image's energy is the Euclidean norm of its reconstruction error. The generator lowers its images' energies, and
    the pulling-away term keeps their codes from pointing one way (EBGAN-PT); it is logged apart from `generator_loss`.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        encoder: Network images -> codes (n, code_dim).
        decoder: Network codes -> images in [-1, 1].
        margin: m of the paper, in units of the energy.
        pulling_away_weight: Weight of the pulling-away term; 0.1 in the paper, 0 leaves it out.
        arguments: Those of every `AdversarialModel`.

    Raises:
        ValueError: If margin is not positive, pulling_away_weight is negative, either is not finite, or the networks do
            not fit.
    """

    log_names = (*EnergyModel.log_names, "pulling_away_term")

    def __init__(
        self,
        generator: keras.Model,
        encoder: keras.Model,
        decoder: keras.Model,
        *,
        margin: float = 10.0,
        pulling_away_weight: float = 0.1,
        **arguments: Any,
    ):
        if not 0 < margin < math.inf:
            raise ValueError(f"margin is {margin}; the energy that generated images are raised to is a positive number")
        check_not_negative(pulling_away_weight=pulling_away_weight)
        super().__init__(generator, encoder, decoder, **arguments)
        self.margin = float(margin)
        self.pulling_away_weight = float(pulling_away_weight)

    def energy(self, images: Any, reconstructions: Any) -> Any:
        """||x - Dec(Enc(x))|| of each image."""
        squares = ops.square(ops.cast(images, "float32") - ops.cast(reconstructions, "float32"))
        return ops.sqrt(ops.sum(squares, axis=(1, 2, 3)) + 1e-12)[:, None]

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:  # noqa: D102
        return margin_loss(real_outputs, fake_outputs, self.margin)

    def generator_objective(  # noqa: D102
        self, latents: Any, images: Any, labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        energies, codes = self.energies(self.generate(latents, labels, training), training)
        pulling_away = pulling_away_term(codes)
        loss = self.generator_loss(energies)
        logs = {"generator_loss": loss, "pulling_away_term": pulling_away}
        return loss + self.pulling_away_weight * pulling_away, logs

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        own = {"margin": self.margin, "pulling_away_weight": self.pulling_away_weight}
        return {**super().get_config(), **own}
