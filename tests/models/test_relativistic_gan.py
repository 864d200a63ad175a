"""RelativisticGAN keeps the contract; its losses against the paper's equations."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import RATE, affine_gan, batch, sigmoid, weights
from contract import AdversarialContract
from tiny_networks import discriminator, generator

from tfgen.models import RelativisticGAN


class TestRelativisticGAN(AdversarialContract):
    def make(self, **compile_arguments):
        model = RelativisticGAN(generator(), discriminator(), real_target=0.9)
        # Not Adam: the last bias changes nothing, and of a gradient that is rounding alone Adam makes whole steps.
        model.compile(keras.optimizers.SGD(0.05, momentum=0.5), keras.optimizers.SGD(0.05), **compile_arguments)
        return model


def relativistic(real, fake):
    """D(x) of the real images and D(G(z)) of the generated ones."""
    return sigmoid(real - fake.mean()), sigmoid(fake - real.mean())


def test_losses_are_the_papers():
    model = affine_gan(RelativisticGAN)
    real, fake = np.array([[2.0], [-0.5], [1.0]]), np.array([[0.3], [0.0], [-2.0]])
    at_real, at_fake = relativistic(real, fake)
    expected = -np.log(at_real).mean() - np.log(1 - at_fake).mean()
    assert float(model.discriminator_loss(real, fake)) == pytest.approx(expected, rel=1e-5)
    smooth = expected + 0.1 * (np.log(at_real) - np.log(1 - at_real)).mean()
    model = affine_gan(RelativisticGAN, real_target=0.9)
    assert float(model.discriminator_loss(real, fake)) == pytest.approx(smooth, rel=1e-5)


def test_generator_step_is_the_gradient_computed_by_hand():
    model = affine_gan(RelativisticGAN)
    u, c, w, b = weights(model)
    images = batch()
    z = np.asarray(model.latents(6, model.seed_generator.state.numpy()), "float64")
    logs = model.generator_step(tf.constant(images))
    real, fake = images.reshape(6, 4) @ w + b, (z @ u + c) @ w + b
    at_real, at_fake = relativistic(real, fake)
    assert float(logs["generator_loss"]) == pytest.approx(
        -np.log(at_fake).mean() - np.log(1 - at_real).mean(), rel=1e-5
    )
    # Each generated logit moves its own term, and through the mean every term of the real images.
    slope = ((at_fake - 1) - at_real.mean()) / 6
    np.testing.assert_allclose(weights(model)[0], u - RATE * z.T @ (slope * w.T), rtol=1e-4, atol=1e-6)


def test_only_differences_count():
    """The claim of the paper: a constant added to all logits changes nothing, so that real images' count too."""
    model = affine_gan(RelativisticGAN)
    real, fake = np.array([[2.0], [-0.5]]), np.array([[0.3], [0.0]])
    first, second = (float(model.discriminator_loss(real + shift, fake + shift)) for shift in (0.0, 5.0))
    assert first == pytest.approx(second, rel=1e-5)
