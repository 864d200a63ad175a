"""The plain autoencoder."""

from typing import Any

import keras
from keras import ops

from tfgen.losses.reconstruction import ReconstructionLoss, SquaredError
from tfgen.models import MODELS
from tfgen.models.autoencoder_model import AutoencoderModel, check_code_length
from tfgen.priors.paths import straight_line


@MODELS.register("autoencoder")
@keras.saving.register_keras_serializable(package="tfgen")
class Autoencoder(AutoencoderModel):
    """Autoencoder (Hinton & Salakhutdinov 2006, doi 10.1126/science.1127647): reconstruct through a narrow code.

    Nothing makes its codes follow a known distribution, so it samples from a Gaussian fitted to them, as
    Ghosh et al. 2020 (arXiv 1903.12436) do with any autoencoder; the mean and covariance are running averages over
    the training batches. Where the optimizer averages weights (`use_ema`), they are of codes of the weights as they
    were trained, and the averaged encoder's codes differ from those by what its last steps changed.

    Args:
        encoder: Network images -> codes (n, latent_dim).
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        momentum: Weight of the past in the running averages of the codes, from 0 to below 1.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the networks do not fit each other, or momentum is not such a number.
    """

    log_names = ("loss", "reconstruction_loss")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        momentum: float = 0.99,
        **kwargs: Any,
    ):
        check_code_length(encoder, decoder)
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum is {momentum}; it is a number from 0 to below 1")
        super().__init__(encoder, decoder, reconstruction_loss or SquaredError(), **kwargs)
        self.momentum = momentum
        # A variance is the small difference of two moments where codes lie far from 0: float32 would lose it.
        shape = {"dtype": "float64", "trainable": False, "aggregation": "mean"}
        self.code_mean = self.add_weight((self.latent_dim,), "zeros", name="code_mean", **shape)
        self.code_moment = self.add_weight((self.latent_dim,) * 2, "identity", name="code_moment", **shape)

    def objective(self, images: Any, training: bool) -> tuple[Any, dict[str, Any]]:  # noqa: D102
        seen = self.encoder_inputs(images, training)
        codes = self.encode(seen, training=training)
        reconstruction = ops.mean(self.reconstruction_loss(images, self.decoder(codes, training=training)))
        if training:
            self._follow(ops.cast(codes, "float64"))
        penalty = self.code_penalty(seen, codes, training)
        if penalty is None:
            return reconstruction, {"loss": reconstruction, "reconstruction_loss": reconstruction}
        loss = reconstruction + penalty
        return loss, {"loss": loss, "reconstruction_loss": reconstruction, "code_penalty": penalty}

    def encoder_inputs(self, images: Any, training: bool) -> Any:
        """What the encoder is shown of the images that the decoder has to give back: here the images themselves."""
        return images

    def code_penalty(self, images: Any, codes: Any, training: bool) -> Any:
        """What is added to the loss, a scalar, logged as `code_penalty`; None for nothing.

        Args:
            images: What the encoder was shown.
            codes: What it made of them, (n, latent_dim).
            training: Whether this is a training step.
        """
        return None

    def latents(self, n: Any, seed: Any) -> Any:
        """`n` codes (n, latent_dim), float32, drawn from the Gaussian fitted to the training codes."""
        covariance = self.code_moment - ops.outer(self.code_mean, self.code_mean)
        # Codes that vary in fewer directions than they have numbers have no factor of their own.
        jitter = 1e-4 * ops.trace(covariance) / self.latent_dim + 1e-9
        factor = ops.cholesky(covariance + jitter * ops.eye(self.latent_dim, dtype="float64"))
        draws = ops.matmul(ops.cast(super().latents(n, seed), "float64"), ops.transpose(factor))
        return ops.cast(self.code_mean + draws, "float32")

    def interpolate(self, first: Any, second: Any, position: Any) -> Any:
        """Points on the straight line: codes lie around a mean of their own, and no path of the prior's suits them."""
        return straight_line(first, second, position)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "momentum": self.momentum}

    def _follow(self, codes: Any) -> None:
        moment = ops.matmul(ops.transpose(codes), codes) / ops.cast(ops.shape(codes)[0], "float64")
        for average, value in ((self.code_mean, ops.mean(codes, axis=0)), (self.code_moment, moment)):
            average.assign(self.momentum * average + (1 - self.momentum) * ops.stop_gradient(value))
