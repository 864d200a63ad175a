"""The GAN with a hinge loss."""

from typing import Any

import keras

from tfgen.losses.hinge import hinge_discriminator_loss
from tfgen.losses.wasserstein import wasserstein_generator_loss
from tfgen.models import MODELS
from tfgen.models.adversarial_model import AdversarialModel


@MODELS.register("hinge_gan")
@keras.saving.register_keras_serializable(package="tfgen")
class HingeGAN(AdversarialModel):
    """GAN with the hinge loss, which with a spectrally normalised discriminator is SNGAN (Miyato et al. 2018).

    The normalisation (arXiv 1802.05957) is the network's: `dcgan.discriminator` and `mlp.discriminator` have it with
    `normalization="spectral"`, `sndcgan.discriminator` and `resnet.discriminator` always.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        discriminator: Network images -> (n, 1): above 1 for what is real, below -1 for what is generated.
        arguments: Those of every `AdversarialModel`.
    """

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:  # noqa: D102
        return hinge_discriminator_loss(real_outputs, fake_outputs)

    def generator_loss(self, fake_outputs: Any) -> Any:  # noqa: D102
        return wasserstein_generator_loss(fake_outputs)
