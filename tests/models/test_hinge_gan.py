"""HingeGAN keeps the contract, also with spectral normalisation, and its losses are those of the hinge."""

import numpy as np
import pytest
from affine import affine_gan
from contract import AdversarialContract
from tiny_networks import IMAGE_SHAPE, generator

from tfgen.models import HingeGAN
from tfgen.networks import mlp


class TestHingeGAN(AdversarialContract):
    def make(self, **compile_arguments):
        critic = mlp.discriminator(IMAGE_SHAPE, hidden_dims=(6,), normalization="spectral")
        model = HingeGAN(generator(), critic)
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def test_losses():
    model = affine_gan(HingeGAN)
    real, fake = np.array([[2.0], [0.5], [-1.0]]), np.array([[-3.0], [0.0], [1.0]])
    assert float(model.discriminator_loss(real, fake)) == pytest.approx((0 + 0.5 + 2) / 3 + (0 + 1 + 2) / 3, rel=1e-6)
    assert float(model.generator_loss(fake)) == pytest.approx(2 / 3, rel=1e-6)
