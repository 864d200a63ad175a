"""The conditional GAN."""

import keras

from tfgen.models import MODELS
from tfgen.models.conditional_model import ConditionalModel
from tfgen.models.gan import GAN


@MODELS.register("conditional_gan")
@keras.saving.register_keras_serializable(package="tfgen")
class ConditionalGAN(ConditionalModel, GAN):
    """Conditional GAN: both networks are given the label (Mirza and Osindero 2014, arXiv 1411.1784).

    Args:
        generator: As for `ConditionalModel`; `conditional.generator` makes one of any generator.
        discriminator: As for `ConditionalModel`, to a logit; `conditional.discriminator` makes one of any.
        num_classes: How many classes there are.
        arguments: Those of `GAN`.
    """
