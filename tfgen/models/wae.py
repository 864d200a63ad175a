"""The Wasserstein autoencoder."""

from typing import Any

import keras
from keras import ops

from tfgen.losses.maximum_mean_discrepancy import inverse_multiquadric_mmd
from tfgen.losses.reconstruction import ReconstructionLoss, SquaredError
from tfgen.models import MODELS
from tfgen.models.autoencoder_model import AutoencoderModel, check_code_length
from tfgen.models.constants import check_not_negative
from tfgen.priors.noise import Prior, prior_of_codes


@MODELS.register("wae")
@keras.saving.register_keras_serializable(package="tfgen")
class WAE(AutoencoderModel):
    """Wasserstein autoencoder, WAE-MMD (Tolstikhin et al. 2018, arXiv 1711.01558): codes as the prior draws them.

    A batch's codes, taken together, are compared with as many draws of the prior by the maximum mean discrepancy
    (`tfgen.losses.maximum_mean_discrepancy`); a single code is as free as an autoencoder's. Encoder and decoder are
    deterministic.

    Logged: `reconstruction_loss`, `code_penalty` (penalty_weight x the discrepancy, below 0 now and then) and `loss`,
    their sum.

    Args:
        encoder: Network images -> codes (n, latent_dim).
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        prior: What codes are to follow, and samples are decoded from; `Normal` if not given.
        prior_deviation: Standard deviation of the prior's components, by which the kernel's width goes; the order of
            magnitude is enough, since the kernel has widths 100 times as large as others.
        penalty_weight: lambda of the paper. Its authors took 10 for digits of 28x28 in [0, 1], beside 0.05 times the
            summed squared error: in our units that is 1.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If penalty_weight is negative or not finite, prior_deviation is not positive, the prior has no draws
            of the codes' length, or the networks do not fit each other.
    """

    log_names = ("loss", "reconstruction_loss", "code_penalty")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        prior: Prior | None = None,
        prior_deviation: float = 1.0,
        penalty_weight: float = 1.0,
        **kwargs: Any,
    ):
        check_not_negative(penalty_weight=penalty_weight, prior_deviation=prior_deviation)
        if not prior_deviation:
            raise ValueError("prior_deviation is 0; it is a positive number")
        check_code_length(encoder, decoder)
        super().__init__(encoder, decoder, reconstruction_loss or SquaredError(), **kwargs)
        self.prior = prior_of_codes(prior, self.latent_dim)
        self.prior_deviation = float(prior_deviation)
        self.penalty_weight = float(penalty_weight)

    def objective(self, images: Any, training: bool) -> tuple[Any, dict[str, Any]]:  # noqa: D102
        codes = self.encode(images, training)
        reconstruction = ops.mean(self.reconstruction_loss(images, self.decoder(codes, training=training)))
        draws = self.latents(ops.shape(codes)[0], self.noise_seed(training))
        discrepancy = inverse_multiquadric_mmd(codes, draws, deviation=self.prior_deviation)
        penalty = self.penalty_weight * discrepancy
        loss = reconstruction + penalty
        return loss, {"loss": loss, "reconstruction_loss": reconstruction, "code_penalty": penalty}

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "prior": keras.saving.serialize_keras_object(self.prior),
            "prior_deviation": self.prior_deviation,
            "penalty_weight": self.penalty_weight,
        }
