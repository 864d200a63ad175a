"""Coordinates that a model uses."""

import numpy as np
import pytest

from tfgen.latent import coordinate_effects
from tfgen.losses.likelihoods import Gaussian
from tfgen.models import VAE, VQVAE
from tfgen.networks import mlp, pixel_cnn, vq_vae


@pytest.fixture
def vae():
    """A linear VAE of one pixel row, whose coordinates 0 to 3 weigh 0.1, 0, 0.4 and 0.2."""
    model = VAE(
        mlp.encoder((1, 4, 1), 8, hidden_dims=()),
        mlp.decoder((1, 4, 1), 4, hidden_dims=(), output_activation="linear"),
        Gaussian(),
    )
    kernel, bias = model.decoder.trainable_variables
    kernel.assign(np.diag([0.1, 0.0, 0.4, 0.2]).astype("float32"))
    bias.assign(np.zeros(4, "float32"))
    return model


def test_effects_are_those_of_a_linear_decoder(vae):
    # Two standard deviations of about 1 apart, one pixel of four.
    expected = (2 * np.array([0.1, 0.0, 0.4, 0.2])) ** 2 / 4
    np.testing.assert_allclose(coordinate_effects(vae), expected, rtol=0.15)
    assert coordinate_effects(vae)[1] == 0


def test_codes_of_whole_numbers_have_no_coordinates():
    model = VQVAE(
        vq_vae.encoder((8, 8, 1), 4, width=6, residual_blocks=1),
        vq_vae.decoder((8, 8, 1), 4, width=6, residual_blocks=1),
        pixel_cnn.prior(5, width=6, blocks=1),
    )
    with pytest.raises(ValueError, match="are random numbers that discrete codes are drawn by"):
        coordinate_effects(model)
