"""The adversarial autoencoder with R1 regularisation."""

from typing import Any

import keras

from tfgen import backend
from tfgen.losses.gradient_penalties import zero_centred_penalty
from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models import MODELS
from tfgen.models.adversarial_autoencoder import AdversarialAutoencoder
from tfgen.models.constants import check_not_negative


@MODELS.register("r1_adversarial_autoencoder")
@keras.saving.register_keras_serializable(package="tfgen")
class R1AdversarialAutoencoder(AdversarialAutoencoder):
    """Adversarial autoencoder with R1 (Mescheder et al. 2018, arXiv 1801.04406) on its discriminator of codes.

    The logits' squared slope at draws of the prior is penalised. Without it codes may circle around the prior; with it
    the paper shows GANs to converge where they begin near enough.

    Logged: as `AdversarialAutoencoder`, and `discriminator_penalty`, weighted.

    Args:
        encoder: Network images -> codes (n, latent_dim).
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network codes, as images (n, 1, 1, latent_dim) -> (n, 1), a logit: high is a draw of the prior.
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        penalty_weight: gamma of the paper. Its 10 is for images; a code of a few numbers wants less.
        kwargs: As for `AdversarialAutoencoder`.

    Raises:
        ValueError: If penalty_weight is negative or not finite; or as `AdversarialAutoencoder` does.
    """

    log_names = (*AdversarialAutoencoder.log_names, "discriminator_penalty")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        discriminator: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        penalty_weight: float = 1.0,
        **kwargs: Any,
    ):
        check_not_negative(penalty_weight=penalty_weight)
        super().__init__(encoder, decoder, discriminator, reconstruction_loss, **kwargs)
        self.penalty_weight = float(penalty_weight)

    def discriminator_objective(  # noqa: D102
        self, draws: Any, codes: Any, labels: Any, training: bool
    ) -> tuple[Any, dict[str, Any]]:
        loss, logs = super().discriminator_objective(draws, codes, labels, training)
        slopes = backend.input_gradient(lambda points: self.discriminate(points, labels, training), draws)
        penalty = self.penalty_weight * zero_centred_penalty(slopes)
        return loss + penalty, {**logs, "discriminator_penalty": penalty}

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "penalty_weight": self.penalty_weight}
