"""ProjectionGAN keeps the contract, and its labels decide what is drawn."""

import numpy as np
import pytest
from conditional_checks import BRIGHTNESS, NUM_CLASSES, ConditionalContract, brightness_by_label, conditional_generator
from tiny_networks import IMAGE_SHAPE

from tfgen.models import ProjectionGAN
from tfgen.networks import projection


def projection_discriminator(image_shape=IMAGE_SHAPE, hidden_dims=(6,)):
    base = {"name": "mlp.discriminator", "hidden_dims": hidden_dims, "normalization": "spectral"}
    return projection.discriminator(image_shape, NUM_CLASSES, base=base)


class TestProjectionGAN(ConditionalContract):
    def make(self, **compile_arguments):
        model = ProjectionGAN(conditional_generator(), projection_discriminator(), num_classes=NUM_CLASSES)
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def test_samples_fall_where_their_label_says():
    networks = conditional_generator((2, 2, 1), (16,)), projection_discriminator((2, 2, 1), (16,))
    mean, deviation = brightness_by_label(ProjectionGAN(*networks, num_classes=NUM_CLASSES))
    np.testing.assert_allclose(mean, BRIGHTNESS, atol=0.15)
    assert (deviation < 0.15).all()


def test_its_losses_are_those_of_the_hinge():
    model = ProjectionGAN(conditional_generator(), projection_discriminator(), num_classes=NUM_CLASSES)
    real, fake = np.array([[2.0], [0.5]]), np.array([[-3.0], [0.0]])
    assert float(model.discriminator_loss(real, fake)) == pytest.approx(0.5 / 2 + 1 / 2)
    assert float(model.generator_loss(fake)) == pytest.approx(1.5)
