"""The k-sparse autoencoder."""

from typing import Any

import keras
from keras import ops

from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models import MODELS
from tfgen.models.autoencoder import Autoencoder


@MODELS.register("k_sparse_autoencoder")
@keras.saving.register_keras_serializable(package="tfgen")
class KSparseAutoencoder(Autoencoder):
    """k-sparse autoencoder (Makhzani and Frey 2014, arXiv 1312.5663): of each image's code the k largest units stay.

    The others are 0 and get no gradient. No other nonlinearity is between the encoder's output and the code. A small k
    from the first step on can leave units that no image ever chooses; a larger one learns more of them. The Gaussian
    that `sample` draws from is fitted to what training encodes, codes of k units, also where alpha is above 1.

    Args:
        encoder: Network images -> (n, latent_dim), linear.
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        k: How many units stay in training.
        alpha: At inference alpha x k units stay, rounded; above 1 the paper finds features that classify better.
        kwargs: As for `Autoencoder`.

    Raises:
        ValueError: If k is not a whole number from 1 to latent_dim, alpha is below 1 or makes more units than there
            are, or as `Autoencoder` does.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        k: int,
        alpha: float = 1.0,
        **kwargs: Any,
    ):
        super().__init__(encoder, decoder, reconstruction_loss, **kwargs)
        if not isinstance(k, int) or not 1 <= k <= self.latent_dim:
            raise ValueError(f"k is {k!r}; it is a whole number from 1 to the length of a code, {self.latent_dim}")
        if not 1 <= alpha <= self.latent_dim / k:
            raise ValueError(
                f"alpha is {alpha}; it is 1 or more, and alpha x k at most the length of a code: "
                f"{self.latent_dim / k:g} for a k of {k} and codes of {self.latent_dim}"
            )
        self.k = k
        self.alpha = float(alpha)

    def encode(self, images: Any, training: bool = False) -> Any:
        """Codes (n, latent_dim) of images (n, height, width, channels) in [-1, 1]: k units, alpha x k at inference."""
        return self._largest(super().encode(images, training), training)

    def latents(self, n: Any, seed: Any) -> Any:
        """`n` codes (n, latent_dim), float32: the largest units of draws from the Gaussian fitted to the codes."""
        return self._largest(super().latents(n, seed), training=False)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "k": self.k, "alpha": self.alpha}

    def _largest(self, codes: Any, training: bool) -> Any:
        count = self.k if training else round(self.alpha * self.k)
        # Ranks, 0 for the largest: equal units have different ones, as they would not have against a threshold.
        ranks = ops.argsort(ops.argsort(-codes, axis=-1), axis=-1)
        return ops.where(ranks < count, codes, ops.zeros_like(codes))
