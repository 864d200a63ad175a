"""The importance-weighted autoencoder."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.divergence import gaussian_kl
from tfgen.losses.likelihoods import Likelihood
from tfgen.models import MODELS
from tfgen.models.likelihood_model import LikelihoodModel


@MODELS.register("iwae")
@keras.saving.register_keras_serializable(package="tfgen")
class IWAE(LikelihoodModel):
    """Importance-weighted autoencoder (Burda, Grosse and Salakhutdinov 2016, arXiv 1509.00519).

    A VAE that maximises log 1/k sum_i p(x, z_i) / q(z_i|x) over k samples of its posterior, a tighter bound of log p(x)
    than that of one sample. Logged in nats per image: `loss`, minus this bound; `reconstruction_loss`, the mean over
    the k samples; `elbo`, the bound of one sample, as their mean has it; `kl_loss`, in closed form.

    Args:
        encoder: Network images -> (n, 2 x latent_dim): the posterior's mean, then its log-variance.
        decoder: Network codes -> parameters of the likelihood, of the images' shape; it decodes k codes for each image.
        likelihood: p(x|z), `Bernoulli` (decoder gives logits) if not given, or `Gaussian`.
        samples: k.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the encoder does not give 2 x latent_dim numbers, or samples is not a whole number from 1 on.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        likelihood: Likelihood | None = None,
        *,
        samples: int = 50,
        **kwargs: Any,
    ):
        if not isinstance(samples, int) or samples < 1:
            raise ValueError(f"samples is {samples!r}; it is a whole number, 1 or more")
        super().__init__(encoder, decoder, likelihood, **kwargs)
        self.samples = samples

    def objective(self, images: Any, training: bool) -> tuple[Any, dict[str, Any]]:  # noqa: D102
        mean, log_variance = self.posterior(images, training)
        # An image's samples are rows beside each other.
        repeated_images, repeated_mean, repeated_log_variance = (
            ops.repeat(each, self.samples, axis=0) for each in (images, mean, log_variance)
        )
        noise = backend.normal(ops.shape(repeated_mean), self.noise_seed(training))
        codes = self.codes_at((repeated_mean, repeated_log_variance), noise)
        reconstruction = self.likelihood(repeated_images, self.decoder(codes, training=training))
        codes, repeated_log_variance = (ops.cast(each, "float32") for each in (codes, repeated_log_variance))
        # log q(z|x) - log p(z), where the constants cancel.
        divergence = 0.5 * ops.sum(ops.square(codes) - ops.square(noise) - repeated_log_variance, axis=-1)
        log_weights = ops.reshape(-reconstruction - divergence, (-1, self.samples))
        bound = ops.logsumexp(log_weights, axis=-1) - ops.log(float(self.samples))
        loss = -ops.mean(bound)
        return loss, {
            "loss": loss,
            "reconstruction_loss": reconstruction,
            "kl_loss": gaussian_kl(mean, log_variance),
            "elbo": log_weights,
        }

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "samples": self.samples}
