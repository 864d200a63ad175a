"""The GAN with a projection discriminator."""

import keras

from tfgen.models import MODELS
from tfgen.models.conditional_model import ConditionalModel
from tfgen.models.hinge_gan import HingeGAN


@MODELS.register("projection_gan")
@keras.saving.register_keras_serializable(package="tfgen")
class ProjectionGAN(ConditionalModel, HingeGAN):
    """Conditional GAN with the hinge loss, for a projection discriminator (Miyato and Koyama 2018, arXiv 1802.05637).

    The projection is the network's, `projection.discriminator`: it adds to the output the inner product of the features
    with an embedding of the label. The paper's generator has conditional batch normalisation, `resnet.generator`'s.

    Args:
        generator: As for `ConditionalModel`.
        discriminator: As for `ConditionalModel`, to an output as `HingeGAN` takes it.
        num_classes: How many classes there are.
        arguments: Those of `HingeGAN`.
    """
