"""The autoencoder with an L1 penalty on its codes."""

from typing import Any

import keras
from keras import ops

from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models import MODELS
from tfgen.models.autoencoder import Autoencoder
from tfgen.models.constants import check_not_negative


@MODELS.register("l1_autoencoder")
@keras.saving.register_keras_serializable(package="tfgen")
class L1Autoencoder(Autoencoder):
    """L1 autoencoder (Glorot, Bordes and Bengio 2011, AISTATS): rectified codes, zeros where the penalty allows.

    Codes are the rectified outputs of the encoder, and the penalty is their sum, averaged over images. Smaller codes
    beside larger weights of the decoder evade it, with no zero more; weight decay (`weight_decay` of the optimizer)
    closes that way.

    Args:
        encoder: Network images -> (n, latent_dim), linear: the model rectifies.
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        penalty_weight: Weight of an image's sum of codes.
        kwargs: As for `Autoencoder`.

    Raises:
        ValueError: If penalty_weight is negative or not finite, or as `Autoencoder` does.
    """

    log_names = (*Autoencoder.log_names, "code_penalty")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        penalty_weight: float = 1e-3,
        **kwargs: Any,
    ):
        check_not_negative(penalty_weight=penalty_weight)
        super().__init__(encoder, decoder, reconstruction_loss, **kwargs)
        self.penalty_weight = float(penalty_weight)

    def encode(self, images: Any, training: bool = False) -> Any:
        """Codes (n, latent_dim), 0 or more, of images (n, height, width, channels) in [-1, 1]."""
        return ops.relu(super().encode(images, training))

    def code_penalty(self, images: Any, codes: Any, training: bool) -> Any:  # noqa: D102
        # No code is negative.
        return self.penalty_weight * ops.mean(ops.sum(ops.cast(codes, "float32"), axis=-1))

    def latents(self, n: Any, seed: Any) -> Any:
        """`n` codes (n, latent_dim), float32, drawn from the Gaussian fitted to the training codes, and rectified."""
        return ops.relu(super().latents(n, seed))

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "penalty_weight": self.penalty_weight}
