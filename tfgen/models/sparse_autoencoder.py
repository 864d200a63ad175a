"""The sparse autoencoder."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models import MODELS
from tfgen.models.autoencoder import Autoencoder
from tfgen.models.constants import check_not_negative

# Keeps the logarithm of a rate of 0 finite; a float32 sigmoid can be smaller, where the penalty has no gradient.
_TINY = 1e-30


@MODELS.register("sparse_autoencoder")
@keras.saving.register_keras_serializable(package="tfgen")
class SparseAutoencoder(Autoencoder):
    """Sparse autoencoder (Ng 2011, lecture notes of CS294A): each code unit is on for few images, by a KL divergence.

    Codes are sigmoids of the encoder's outputs, so in (0, 1). The penalty is KL(Bernoulli(target_rate) ||
    Bernoulli(r)), r the unit's mean over the batch, summed over the units; batches of a hundred or more make r a rate.
    The notes weigh it against half the squared error of pixels in [0, 1], summed over an image: their weight w is
    8 w / (pixels x channels) beside `SquaredError`.

    Args:
        encoder: Network images -> (n, latent_dim), linear: the model applies the sigmoid.
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        target_rate: The mean activation that units are held to, rho of the notes.
        penalty_weight: Weight of the divergence, in units of the reconstruction loss per nat.
        kwargs: As for `Autoencoder`.

    Raises:
        ValueError: If target_rate is not between 0 and 1, penalty_weight is negative or not finite, or as
            `Autoencoder` does.
    """

    log_names = (*Autoencoder.log_names, "code_penalty")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        target_rate: float = 0.05,
        penalty_weight: float = 0.03,
        **kwargs: Any,
    ):
        if not 0 < target_rate < 1:
            raise ValueError(f"target_rate is {target_rate}; a unit's mean activation is above 0 and below 1")
        check_not_negative(penalty_weight=penalty_weight)
        super().__init__(encoder, decoder, reconstruction_loss, **kwargs)
        self.target_rate = float(target_rate)
        self.penalty_weight = float(penalty_weight)

    def encode(self, images: Any, training: bool = False) -> Any:
        """Codes (n, latent_dim) in (0, 1) of images (n, height, width, channels) in [-1, 1]."""
        return ops.sigmoid(super().encode(images, training))

    def code_penalty(self, images: Any, codes: Any, training: bool) -> Any:  # noqa: D102
        target, rates = self.target_rate, backend.batch_mean(ops.cast(codes, "float32"))
        on = target * ops.log(target / ops.maximum(rates, _TINY))
        off = (1.0 - target) * ops.log((1.0 - target) / ops.maximum(1.0 - rates, _TINY))
        return self.penalty_weight * ops.sum(on + off)

    def latents(self, n: Any, seed: Any) -> Any:
        """`n` codes (n, latent_dim), float32, drawn from the Gaussian fitted to the training codes, cut to [0, 1]."""
        return ops.clip(super().latents(n, seed), 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "target_rate": self.target_rate, "penalty_weight": self.penalty_weight}
