"""WGANGP keeps the contract; its penalty against the slope of a linear critic."""

import numpy as np
from affine import affine_gan, batch
from contract import AdversarialContract
from gradient_penalty_checks import (
    check_penalty_is_float32_under_mixed_precision,
    check_penalty_of_a_linear_critic,
    check_penalty_where_the_slope_is_zero,
    points_asked,
)
from tiny_networks import discriminator, generator

from tfgen.models import WGANGP


class TestWGANGP(AdversarialContract):
    log_names = (*AdversarialContract.log_names, "discriminator_penalty")

    def make(self, **compile_arguments):
        model = WGANGP(generator(), discriminator(), discriminator_steps=2)
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def test_penalty_of_a_linear_critic():
    check_penalty_of_a_linear_critic(WGANGP, lambda norm: (norm - 1) ** 2, lambda norm: 2 * (norm - 1))


def test_penalty_where_the_slope_is_zero():
    check_penalty_where_the_slope_is_zero(WGANGP)


def test_penalty_is_float32_under_mixed_precision():
    check_penalty_is_float32_under_mixed_precision(WGANGP)


def test_alpha_is_one_uniform_number_an_image():
    images, fakes = batch(400), batch(400, seed=1)
    points = points_asked(affine_gan(WGANGP, discriminator_steps=1), images, fakes)
    alphas = ((points - images) / (fakes - images)).reshape(400, -1)
    np.testing.assert_allclose(
        alphas, np.broadcast_to(np.median(alphas, axis=1, keepdims=True), alphas.shape), atol=1e-2
    )
    alpha = np.sort(np.median(alphas, axis=1))
    np.testing.assert_allclose(alpha, np.linspace(0, 1, 400), atol=0.09)  # Kolmogorov and Smirnov's bound at 0.3 %


def test_the_critic_gets_a_slope_of_one():
    """The claim of the paper: the penalty bounds the slope without a bound on the weights."""
    model = affine_gan(WGANGP, discriminator_steps=1)
    model.discriminator.set_weights([np.full((4, 1), 3.0), np.zeros(1)])
    model.discriminator_optimizer.learning_rate = 0.01
    # Images and generated ones are 0.5 apart, so that the critic's optimum is a slope of 1 + 0.5 / (2 lambda).
    model.generator.set_weights([np.zeros((3, 4)), np.zeros(4)])
    for _ in range(100):
        model.discriminator_step(np.full((6, 2, 2, 1), 0.25, np.float32))
    w = model.discriminator.get_weights()[0]
    assert abs(np.linalg.norm(w) - 1.025) < 1e-3
