"""The relativistic average GAN."""

from typing import Any

import keras

from tfgen.losses.relativistic import relativistic_average_discriminator_loss, relativistic_average_generator_loss
from tfgen.models import MODELS
from tfgen.models.gan import GAN


@MODELS.register("relativistic_gan")
@keras.saving.register_keras_serializable(package="tfgen")
class RelativisticGAN(GAN):
    """Relativistic average GAN (Jolicoeur-Martineau 2018, arXiv 1807.00734), RaSGAN in the paper.

    The discriminator says how much more real an image is than the other side's are on average, and the generator's loss
    has the real images in it too.
    """

    def discriminator_loss(self, real_outputs: Any, fake_outputs: Any) -> Any:  # noqa: D102
        return relativistic_average_discriminator_loss(real_outputs, fake_outputs, self.real_target)

    def generator_objective(  # noqa: D102
        self, latents: Any, images: Any, labels: Any = None, training: bool = True
    ) -> tuple[Any, dict[str, Any]]:
        real_outputs = self.discriminate(images, labels, training)
        fake_outputs = self.discriminate(self.generate(latents, labels, training), labels, training)
        loss = relativistic_average_generator_loss(real_outputs, fake_outputs)
        return loss, {"generator_loss": loss}
