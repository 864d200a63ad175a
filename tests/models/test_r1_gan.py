"""R1GAN keeps the contract; its penalty is half the squared slope at real images."""

import numpy as np
import tensorflow as tf
from affine import affine_gan, batch
from contract import AdversarialContract
from gradient_penalty_checks import (
    check_penalty_is_float32_under_mixed_precision,
    check_penalty_of_a_linear_critic,
    check_penalty_where_the_slope_is_zero,
    points_asked,
)
from tiny_networks import discriminator, generator

from tfgen.models import GAN, R1GAN


class TestR1GAN(AdversarialContract):
    log_names = (*AdversarialContract.log_names, "discriminator_penalty")

    def make(self, **compile_arguments):
        model = R1GAN(generator(), discriminator())
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def test_penalty_of_a_linear_critic():
    check_penalty_of_a_linear_critic(R1GAN, lambda norm: norm**2 / 2, lambda norm: norm)


def test_penalty_where_the_slope_is_zero():
    check_penalty_where_the_slope_is_zero(R1GAN)


def test_penalty_is_float32_under_mixed_precision():
    check_penalty_is_float32_under_mixed_precision(R1GAN)


def test_the_slope_is_asked_at_real_images():
    images = batch()
    np.testing.assert_array_equal(points_asked(affine_gan(R1GAN), images, batch(seed=1)), images)


def test_dirac_gan_converges():
    """The paper's example (section 2): G(z) = theta and D(x) = psi x against data at 0; without R1 they circle."""
    farthest = {}
    for model_class, arguments in ((GAN, {}), (R1GAN, {"penalty_weight": 1.0})):
        model = affine_gan(model_class, **arguments)
        model.generator.set_weights([np.zeros((3, 4)), np.full(4, 0.5)])
        model.discriminator.set_weights([np.full((4, 1), 0.5), np.zeros(1)])
        model.latents = lambda n, seed: tf.zeros((n, 3))
        for optimizer in (model.generator_optimizer, model.discriminator_optimizer):
            optimizer.learning_rate = 0.1
        step, distances = tf.function(model.train_step), []
        for _ in range(200):
            step(tf.zeros((2, 2, 2, 1)))
            distances.append(np.linalg.norm(model.generator.get_weights()[1]))
        farthest[model_class] = max(distances[-50:])
    assert farthest[GAN] > 0.5
    assert farthest[R1GAN] < 0.05
