"""The variational autoencoder."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.divergence import gaussian_kl
from tfgen.losses.likelihoods import Bernoulli
from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models import MODELS
from tfgen.models.autoencoder_model import AutoencoderModel


@MODELS.register("vae")
@keras.saving.register_keras_serializable(package="tfgen")
class VAE(AutoencoderModel):
    """Variational autoencoder (Kingma & Welling 2014, arXiv 1312.6114): diagonal Gaussian posterior and prior N(0, I).

    Logged in nats per image: `reconstruction_loss` (negative log-likelihood under one posterior sample), `kl_loss`,
    `elbo` (minus their sum) and `loss`, which training minimises: reconstruction + kl_weight x KL.

    Args:
        encoder: Network images -> (n, 2 x latent_dim): the posterior's mean, then its log-variance.
        decoder: Network codes -> parameters of the likelihood, of the images' shape.
        likelihood: p(x|z), `Bernoulli` (decoder gives logits) if not given, or `Gaussian`.
        kl_weight: Weight of the KL divergence; 1 is the paper's bound.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the encoder does not give 2 x latent_dim numbers, or kl_weight is negative.
    """

    log_names = ("loss", "reconstruction_loss", "kl_loss", "elbo")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        likelihood: ReconstructionLoss | None = None,
        *,
        kl_weight: float = 1.0,
        **kwargs: Any,
    ):
        latent_dim = decoder.input_shape[-1]
        if encoder.output_shape[1:] != (2 * latent_dim,):
            raise ValueError(
                f"the encoder gives {encoder.output_shape[-1]} numbers for a latent_dim of {latent_dim}; a VAE's gives "
                f"{2 * latent_dim}, the mean and the log-variance of each"
            )
        if kl_weight < 0:
            raise ValueError(f"kl_weight is {kl_weight}; it is 0 or more")
        super().__init__(encoder, decoder, likelihood or Bernoulli(), **kwargs)
        self.kl_weight = kl_weight

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], latent_dim: int) -> dict[str, dict[str, Any]]:  # noqa: D102
        arguments = super().network_arguments(image_shape, latent_dim)
        arguments["encoder"]["output_dim"] = 2 * latent_dim
        return arguments

    @property
    def likelihood(self) -> ReconstructionLoss:
        """p(x|z), whose negative logarithm is the reconstruction loss."""
        return self.reconstruction_loss

    def posterior(self, images: Any, training: bool = False) -> tuple[Any, Any]:
        """Mean and log-variance, (n, latent_dim) each, of q(z|x)."""
        mean, log_variance = ops.split(self._encoded(images, training), 2, axis=-1)
        return mean, log_variance

    def encode(self, images: Any, training: bool = False) -> Any:
        """The posterior's mean (n, latent_dim)."""
        return self.posterior(images, training)[0]

    def objective(self, images: Any, training: bool) -> tuple[Any, dict[str, Any]]:  # noqa: D102
        mean, log_variance = self.posterior(images, training)
        noise = ops.cast(backend.normal(ops.shape(mean), self.noise_seed(training)), mean.dtype)
        codes = mean + ops.exp(0.5 * log_variance) * noise
        reconstruction = self.likelihood(images, self.decoder(codes, training=training))
        kl = gaussian_kl(mean, log_variance)
        loss = ops.mean(reconstruction + self.kl_weight * kl)
        elbo = -(reconstruction + kl)
        return loss, {"loss": loss, "reconstruction_loss": reconstruction, "kl_loss": kl, "elbo": elbo}

    def anomaly_score(self, images: Any) -> Any:
        """Negative evidence lower bound of each image, (n,), in nats, at the posterior's mean."""
        mean, log_variance = self.posterior(images)
        return self.likelihood(images, self.decoder(mean, training=False)) + gaussian_kl(mean, log_variance)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        config = super().get_config()
        config["likelihood"] = config.pop("reconstruction_loss")
        return {**config, "kl_weight": self.kl_weight}
