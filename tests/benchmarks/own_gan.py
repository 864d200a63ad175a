"""What a user may write: a method of their own, and classes that are none."""

import keras

from tfgen.models import GAN


class OwnGAN(GAN):
    """A GAN whose losses are scaled."""

    def __init__(self, generator, discriminator, *, scale=1.0, **arguments):
        super().__init__(generator, discriminator, **arguments)
        self.scale = scale

    def generator_loss(self, fake_outputs):
        return self.scale * super().generator_loss(fake_outputs)


class BrokenGAN(GAN):
    """A GAN that fails at its first step."""

    def generator_loss(self, fake_outputs):
        raise ArithmeticError("not today\nat all")


class NoGAN(keras.Model):
    """A Keras model, and no model of tfgen."""


class UnbuiltGAN(GAN):
    """A GAN whose constructor has a mistake."""

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.first = [][0]
