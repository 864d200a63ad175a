"""The Wasserstein GAN with clipped weights."""

from typing import Any

import keras
from keras import ops

from tfgen.models import MODELS
from tfgen.models.wasserstein_model import WassersteinModel


@MODELS.register("wgan")
@keras.saving.register_keras_serializable(package="tfgen")
class WGAN(WassersteinModel):
    """Wasserstein GAN (Arjovsky et al. 2017, arXiv 1701.07875), whose critic's weights are clipped after each update.

    The paper trains with RMSProp at a learning rate of 5e-5. All trainable variables are clipped, as in the authors'
    code: biases, and the scales and offsets of a normalisation too.

    Args:
        generator: Network (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        discriminator: The critic, a network images -> (n, 1), high for what is real.
        clip: c of the paper; weights stay in [-c, c].
        discriminator_steps: n_critic of the paper.
        arguments: Those of every `AdversarialModel`.

    Raises:
        ValueError: If clip is not positive.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        clip: float = 0.01,
        discriminator_steps: int = 5,
        **arguments: Any,
    ):
        if not clip > 0:
            raise ValueError(f"clip is {clip}; the bound of the critic's weights is a positive number")
        super().__init__(generator, discriminator, discriminator_steps=discriminator_steps, **arguments)
        self.clip = float(clip)

    def constrain_discriminator(self) -> None:  # noqa: D102
        for variable in self.discriminator_variables():
            variable.assign(ops.clip(variable, -self.clip, self.clip))

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "clip": self.clip}
