"""The minimax GAN."""

from typing import Any

import keras

from tfgen.losses.adversarial import minimax_generator_loss
from tfgen.models import MODELS
from tfgen.models.gan import GAN


@MODELS.register("minimax_gan")
@keras.saving.register_keras_serializable(package="tfgen")
class MinimaxGAN(GAN):
    """Minimax GAN (Goodfellow et al. 2014, arXiv 1406.2661), whose generator minimises E log(1 - D(G(z)))."""

    def generator_loss(self, fake_outputs: Any) -> Any:  # noqa: D102
        return minimax_generator_loss(fake_outputs)
