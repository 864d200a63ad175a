"""ConditionalGAN keeps the contract, and its labels decide what is drawn."""

import numpy as np
import pytest
from conditional_checks import BRIGHTNESS, NUM_CLASSES, ConditionalContract, brightness_by_label, conditional_generator
from tiny_networks import IMAGE_SHAPE, discriminator, generator

from tfgen.models import ConditionalGAN
from tfgen.networks import conditional


def conditional_discriminator(image_shape=IMAGE_SHAPE, hidden_dims=(6,)):
    base = {"name": "mlp.discriminator", "hidden_dims": hidden_dims}
    return conditional.discriminator(image_shape, NUM_CLASSES, base=base)


class TestConditionalGAN(ConditionalContract):
    def make(self, **compile_arguments):
        model = ConditionalGAN(
            conditional_generator(), conditional_discriminator(), num_classes=NUM_CLASSES, discriminator_steps=2
        )
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def test_samples_fall_where_their_label_says():
    networks = conditional_generator((2, 2, 1), (16,)), conditional_discriminator((2, 2, 1), (16,))
    mean, deviation = brightness_by_label(ConditionalGAN(*networks, num_classes=NUM_CLASSES))
    np.testing.assert_allclose(mean, BRIGHTNESS, atol=0.15)
    assert (deviation < 0.15).all()


def test_the_discriminator_is_given_the_labels_of_its_images():
    model = ConditionalGAN(conditional_generator(), conditional_discriminator(), num_classes=NUM_CLASSES)
    images, labels = np.ones((3, *IMAGE_SHAPE), "float32"), np.array([2, 0, 1])
    np.testing.assert_allclose(model.discriminate(images, labels), model.discriminator([images, labels]), rtol=1e-6)
    assert len(np.unique(model.discriminate(images, labels))) == 3


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="num_classes is 1; it is 2 or more"):
        ConditionalGAN(conditional_generator(), conditional_discriminator(), num_classes=1)
    with pytest.raises(
        ValueError, match=r"the generator has 1 input\(s\); that of ConditionalGAN takes latents and la"
    ):
        ConditionalGAN(generator(), conditional_discriminator(), num_classes=NUM_CLASSES)
    with pytest.raises(
        ValueError, match=r"the discriminator has 1 input\(s\); that of ConditionalGAN takes images and"
    ):
        ConditionalGAN(conditional_generator(), discriminator(), num_classes=NUM_CLASSES)
