"""What every autoencoder does whose encoder gives a distribution of codes."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models.autoencoder_model import AutoencoderModel


class VariationalModel(AutoencoderModel):
    """An autoencoder with a diagonal Gaussian posterior q(z|x) (Kingma and Welling 2014, arXiv 1312.6114).

    Args:
        encoder: Network images -> (n, 2 x latent_dim): the posterior's mean, then its log-variance.
        decoder: Network codes -> what `reconstruction_loss` compares with the images.
        reconstruction_loss: What the decoder's outputs mean and what a wrong one costs.
        kwargs: As for `AutoencoderModel`.

    Raises:
        ValueError: If the encoder does not give 2 x latent_dim numbers, or as `AutoencoderModel` does.
    """

    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, reconstruction_loss: ReconstructionLoss, **kwargs: Any
    ):
        latent_dim = decoder.inputs[0].shape[-1]
        if encoder.output_shape[1:] != (2 * latent_dim,):
            raise ValueError(
                f"the encoder gives {encoder.output_shape[-1]} numbers for a latent_dim of {latent_dim}; a VAE's gives "
                f"{2 * latent_dim}, the mean and the log-variance of each"
            )
        super().__init__(encoder, decoder, reconstruction_loss, **kwargs)

    @classmethod
    def network_arguments(cls, image_shape: tuple[int, int, int], latent_dim: int) -> dict[str, dict[str, Any]]:  # noqa: D102
        arguments = super().network_arguments(image_shape, latent_dim)
        arguments["encoder"]["output_dim"] = 2 * latent_dim
        return arguments

    def posterior(self, images: Any, training: bool = False) -> tuple[Any, Any]:
        """Mean and log-variance, (n, latent_dim) each, of q(z|x)."""
        mean, log_variance = ops.split(self._encoded(images, training), 2, axis=-1)
        return mean, log_variance

    def encode(self, images: Any, training: bool = False) -> Any:
        """The posterior's mean (n, latent_dim)."""
        return self.posterior(images, training)[0]

    def draw_codes(self, posterior: tuple[Any, Any], seed: Any) -> Any:
        """A draw (n, latent_dim) of each image's posterior, which gradients flow through; `seed` is two integers."""
        return self.codes_at(posterior, backend.normal(ops.shape(posterior[0]), seed))

    @staticmethod
    def codes_at(posterior: tuple[Any, Any], noise: Any) -> Any:
        """The codes (n, latent_dim) that standard normal noise of their shape stands for in these posteriors."""
        mean, log_variance = posterior
        return mean + ops.exp(0.5 * log_variance) * ops.cast(noise, mean.dtype)
