"""DRAGAN keeps the contract; its penalty is that of slopes around the data."""

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

from tfgen.models import DRAGAN


class TestDRAGAN(AdversarialContract):
    log_names = (*AdversarialContract.log_names, "discriminator_penalty")

    def make(self, **compile_arguments):
        model = DRAGAN(generator(), discriminator())
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def test_penalty_of_a_linear_critic():
    check_penalty_of_a_linear_critic(DRAGAN, lambda norm: (norm - 1) ** 2, lambda norm: 2 * (norm - 1))


def test_penalty_where_the_slope_is_zero():
    check_penalty_where_the_slope_is_zero(DRAGAN)


def test_penalty_is_float32_under_mixed_precision():
    check_penalty_is_float32_under_mixed_precision(DRAGAN)


def test_points_lie_around_the_data_and_nowhere_near_the_generated_images():
    images, fakes = 3.0 * batch(500), batch(500, seed=1) + 100.0
    away = (points_asked(affine_gan(DRAGAN, noise_scale=0.5), images, fakes) - images) / (0.5 * images.std())
    # alpha times u, a number an image and a number a pixel, uniform in [0, 1).
    assert away.min() >= 0
    assert away.max() < 1
    np.testing.assert_allclose(away.mean(), 1 / 4, atol=0.02)
    alpha = away.reshape(500, -1).max(1)
    assert np.corrcoef(away[:, 0, 0, 0], away[:, 1, 1, 0])[0, 1] > 0.2  # through alpha
    assert len(np.unique(away.round(6))) > 1900
    assert (alpha < 0.2).mean() > 0.1
