"""The variational autoencoder."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.divergence import gaussian_kl, gaussian_kl_of_dimensions
from tfgen.losses.likelihoods import Likelihood
from tfgen.models import MODELS
from tfgen.models.constants import check_not_negative
from tfgen.models.likelihood_model import LikelihoodModel


@MODELS.register("vae")
@keras.saving.register_keras_serializable(package="tfgen")
class VAE(LikelihoodModel):
    """Variational autoencoder (Kingma & Welling 2014, arXiv 1312.6114): diagonal Gaussian posterior and prior N(0, I).

    Logged in nats per image: `reconstruction_loss` (negative log-likelihood under one posterior sample), `kl_loss`,
    `elbo` (minus their sum) and `loss`, which training minimises: reconstruction + kl_weight x KL. A kl_weight above 1
    is the beta-VAE (Higgins et al. 2017, ICLR), whose codes are meant to be disentangled.

    Against codes that the decoder ignores there are the warm-up of the KL's weight (Bowman et al. 2016, arXiv
    1511.06349; Sonderby et al. 2016, arXiv 1602.02282) and free bits (Kingma et al. 2016, arXiv 1606.04934).

    Args:
        encoder: Network images -> (n, 2 x latent_dim): the posterior's mean, then its log-variance.
        decoder: Network codes -> parameters of the likelihood, of the images' shape.
        likelihood: p(x|z), `Bernoulli` (decoder gives logits) if not given, or `Gaussian`.
        kl_weight: Weight of the KL divergence; 1 is the paper's bound.
        kl_warmup_steps: Steps over which the weight rises evenly from 0 to kl_weight in training.
        free_bits: Nats of each latent dimension, on average over a batch, that cost nothing.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the encoder does not give 2 x latent_dim numbers, kl_weight or free_bits is negative or not
            finite, or kl_warmup_steps is not a whole number from 0 on.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        likelihood: Likelihood | None = None,
        *,
        kl_weight: float = 1.0,
        kl_warmup_steps: int = 0,
        free_bits: float = 0.0,
        **kwargs: Any,
    ):
        check_not_negative(kl_weight=kl_weight, free_bits=free_bits)
        if not isinstance(kl_warmup_steps, int) or kl_warmup_steps < 0:
            raise ValueError(f"kl_warmup_steps is {kl_warmup_steps!r}; it is a whole number, 0 or more")
        super().__init__(encoder, decoder, likelihood, **kwargs)
        self.kl_weight = kl_weight
        self.kl_warmup_steps = kl_warmup_steps
        self.free_bits = free_bits

    def objective(self, images: Any, training: bool) -> tuple[Any, dict[str, Any]]:  # noqa: D102
        decode = lambda codes: self.decoder(codes, training=training)  # noqa: E731
        return self._negative_bound(images, self.posterior(images, training), decode, training)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "kl_weight": self.kl_weight,
            "kl_warmup_steps": self.kl_warmup_steps,
            "free_bits": self.free_bits,
        }

    def _negative_bound(
        self, images: Any, posterior: tuple[Any, Any], decode: Callable[[Any], Any], training: bool
    ) -> tuple[Any, dict[str, Any]]:
        """The objective on images whose codes have this posterior and are decoded so."""
        mean, log_variance = posterior
        reconstruction = self.likelihood(images, decode(self.draw_codes(posterior, self.noise_seed(training))))
        kl = gaussian_kl(mean, log_variance)
        loss = ops.mean(reconstruction) + self._weight(training) * self._kl_cost(mean, log_variance)
        elbo = -(reconstruction + kl)
        return loss, {"loss": loss, "reconstruction_loss": reconstruction, "kl_loss": kl, "elbo": elbo}

    def _weight(self, training: bool) -> Any:
        if not (training and self.kl_warmup_steps):
            return self.kl_weight
        return self.kl_weight * ops.minimum(1.0, ops.cast(self.optimizer.iterations, "float32") / self.kl_warmup_steps)

    def _kl_cost(self, mean: Any, log_variance: Any) -> Any:
        """The KL divergence as training counts it, a scalar: each dimension's mean, or free_bits if that is more."""
        of_dimensions = gaussian_kl_of_dimensions(mean, log_variance)
        # Without free bits nothing is compared, and a mean over the replicas' batches is not needed.
        if not self.free_bits:
            return ops.mean(ops.sum(of_dimensions, axis=-1))
        return ops.sum(ops.maximum(backend.batch_mean(of_dimensions), self.free_bits))
