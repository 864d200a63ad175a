"""What every variational autoencoder does whose decoder gives a likelihood of the images."""

from typing import Any

import keras

from tfgen.losses.divergence import gaussian_kl
from tfgen.losses.likelihoods import Bernoulli, Likelihood
from tfgen.models.variational_model import VariationalModel


class LikelihoodModel(VariationalModel):
    """A latent variable model p(x|z) N(z; 0, I), trained on a bound of log p(x).

    Args:
        encoder: Network images -> (n, 2 x latent_dim): the posterior's mean, then its log-variance.
        decoder: Network codes -> parameters of the likelihood, of the images' shape.
        likelihood: p(x|z), `Bernoulli` (decoder gives logits) if not given, or `Gaussian`.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the likelihood is not one, or as `VariationalModel`.
    """

    log_names = ("loss", "reconstruction_loss", "kl_loss", "elbo")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        likelihood: Likelihood | None = None,
        **kwargs: Any,
    ):
        likelihood = likelihood or Bernoulli()
        if not isinstance(likelihood, Likelihood):
            raise ValueError(
                f"likelihood is {type(likelihood).__name__}, which is not in nats as a divergence is; "
                "it is bernoulli or gaussian"
            )
        super().__init__(encoder, decoder, likelihood, **kwargs)

    @property
    def likelihood(self) -> Likelihood:
        """p(x|z), whose negative logarithm is the reconstruction loss."""
        return self.reconstruction_loss

    def anomaly_score(self, images: Any) -> Any:
        """-log p(x|z) at the posterior's mean plus its divergence, (n,), in nats: no bound, but without noise."""
        mean, log_variance = self.posterior(images)
        return self.likelihood(images, self.decoder(mean, training=False)) + gaussian_kl(mean, log_variance)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        config = super().get_config()
        config["likelihood"] = config.pop("reconstruction_loss")
        return config
