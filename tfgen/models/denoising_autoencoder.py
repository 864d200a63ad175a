"""The denoising autoencoder."""

from typing import Any

import keras

from tfgen.corruptions.noise import Corruption, GaussianNoise
from tfgen.losses.reconstruction import ReconstructionLoss
from tfgen.models import MODELS
from tfgen.models.autoencoder import Autoencoder


@MODELS.register("denoising_autoencoder")
@keras.saving.register_keras_serializable(package="tfgen")
class DenoisingAutoencoder(Autoencoder):
    """Denoising autoencoder (Vincent et al. 2008, ICML): the encoder is shown damaged images, clean ones are wanted.

    The paper's damage is `Masking`; the default, Gaussian noise, is that of Vincent et al. 2010 (JMLR 11).

    Training draws new damage in every step. `evaluate` damages too, always alike, so that its `reconstruction_loss`
    says how well the model repairs. All else takes images as they are: `reconstruct(noisy)` gives clean images. The
    Gaussian that `sample` draws from is fitted to what training encodes, which are damaged images.

    Args:
        encoder: Network images -> codes (n, latent_dim).
        decoder: Network codes -> images (n, height, width, channels) in [-1, 1].
        reconstruction_loss: Squared error, averaged over pixels, if not given.
        corruption: The damage, `GaussianNoise()` if not given.
        kwargs: As for `Autoencoder`.

    Raises:
        ValueError: As `Autoencoder` does.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        reconstruction_loss: ReconstructionLoss | None = None,
        *,
        corruption: Corruption | None = None,
        **kwargs: Any,
    ):
        super().__init__(encoder, decoder, reconstruction_loss, **kwargs)
        self.corruption = corruption or GaussianNoise()

    def encoder_inputs(self, images: Any, training: bool) -> Any:
        """The images, damaged."""
        return self.corruption.corrupt(images, self.noise_seed(training))

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "corruption": keras.saving.serialize_keras_object(self.corruption)}
