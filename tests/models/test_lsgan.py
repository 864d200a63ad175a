"""LSGAN keeps the contract, and its steps are those of least squares."""

import numpy as np
import pytest
import tensorflow as tf
from affine import RATE, affine_gan, batch, weights
from contract import AdversarialContract
from tiny_networks import discriminator, generator

from tfgen.models import LSGAN


class TestLSGAN(AdversarialContract):
    def make(self, **compile_arguments):
        model = LSGAN(generator(), discriminator(), real_target=0.9)
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def test_discriminator_step_is_least_squares():
    model = affine_gan(LSGAN, real_target=0.8)
    _, _, w, b = weights(model)
    images = batch()
    x = images.reshape(6, 4).astype("float64")
    fakes = np.asarray(affine_gan().generate(model.latents(6, model.seed_generator.state.numpy()))).reshape(6, 4)
    model.discriminator_step(tf.constant(images))
    at_real, at_fake = (x @ w + b - 0.8) / 6, (fakes @ w + b) / 6
    np.testing.assert_allclose(weights(model)[2], w - RATE * (x.T @ at_real + fakes.T @ at_fake), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(weights(model)[3], b - RATE * (at_real.sum() + at_fake.sum()), rtol=1e-4, atol=1e-6)


def test_images_far_on_the_right_side_still_pull():
    """The claim of the paper: a cross-entropy is content with samples that are well on the real side."""
    slopes = {}
    for model in (affine_gan(), affine_gan(LSGAN)):
        outputs = tf.constant([[8.0]])
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            loss = model.generator_loss(outputs)
        slopes[type(model).__name__] = abs(float(tape.gradient(loss, outputs)[0, 0]))
    assert slopes["GAN"] < 1e-3
    assert slopes["LSGAN"] == 7.0


@pytest.mark.parametrize("target", [0.0, 1.5, float("nan")])
def test_real_target_is_checked(target):
    with pytest.raises(ValueError, match=f"real_target is {target}; the target of real images is above 0"):
        affine_gan(LSGAN, real_target=target)
