"""What a user may write: a method of their own, and classes that are none."""

from pathlib import Path

import keras

from tfgen.models import GAN


class OwnGAN(GAN):
    """A GAN whose losses are scaled."""

    def __init__(self, generator, discriminator, *, scale=1.0, **arguments):
        super().__init__(generator, discriminator, **arguments)
        self.scale = scale

    def generator_loss(self, fake_outputs):
        return self.scale * super().generator_loss(fake_outputs)


class CountedGAN(GAN):
    """A GAN that leaves a line in a file wherever it is made."""

    def __init__(self, generator, discriminator, *, log, **arguments):
        super().__init__(generator, discriminator, **arguments)
        with Path(log).open("a") as lines:
            lines.write("made\n")


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
