import keras
import numpy as np
import pytest
from scipy import stats

from tfgen.latent import generate, latent_grid
from tfgen.models import Autoencoder
from tfgen.networks import mlp
from tfgen.priors import StructuredCodes, Uniform

PROBABILITIES = (np.arange(5) + 0.5) / 5


def test_normal_latents_lie_at_the_quantiles_of_the_normal_distribution(normal_affine):
    grid = latent_grid(normal_affine, 5, (3, 0), seed=2)
    assert (grid.shape, grid.dtype) == ((5, 5, 4), np.float32)
    quantiles = stats.norm.ppf(PROBABILITIES)
    # To the right the first, to the top the second.
    np.testing.assert_allclose(grid[..., 3], np.tile(quantiles, (5, 1)), atol=0.03)
    np.testing.assert_allclose(grid[..., 0], np.tile(quantiles[::-1, None], (1, 5)), atol=0.03)
    others = normal_affine.draw(1, seed=2)[0, 1:3]
    np.testing.assert_allclose(grid[..., 1:3], np.broadcast_to(others, (5, 5, 2)), rtol=1e-6)
    assert generate(normal_affine, grid).shape == (5, 5, 3, 2, 1)


def test_uniform_latents_lie_at_even_distances(normal_affine):
    normal_affine.prior = Uniform()
    grid = latent_grid(normal_affine, 5)
    np.testing.assert_allclose(grid[0, :, 0], [-0.8, -0.4, 0, 0.4, 0.8], atol=0.02)


def test_codes_lie_at_the_quantiles_of_the_gaussian_fitted_to_them():
    model = Autoencoder(mlp.encoder((4, 4, 1), 2, hidden_dims=(3,)), mlp.decoder((4, 4, 1), 2, hidden_dims=(3,)))
    mean, covariance = np.array([3.0, -1.0]), np.array([[4.0, 1.0], [1.0, 0.25]])
    model.code_mean.assign(mean)
    model.code_moment.assign(covariance + np.outer(mean, mean))
    grid = latent_grid(model, 5)
    np.testing.assert_allclose(grid[2, :, 0], stats.norm.ppf(PROBABILITIES, 3, 2), atol=0.06)
    np.testing.assert_allclose(grid[:, 2, 1], stats.norm.ppf(PROBABILITIES, -1, 0.5)[::-1], atol=0.03)


@pytest.mark.parametrize(
    ("size", "coordinates", "sentence"),
    [
        (1, (0, 1), "size is 1; a grid has 2 points or more"),
        (5, (0, 4), "the coordinates are 0, 4; a grid takes two of 0 to 3"),
        (5, (0, 0), "the coordinates are 0, 0; a grid takes two"),
        (5, (0, 1, 2), "the coordinates are 0, 1, 2; a grid takes two"),
    ],
    ids=["size", "too_far", "one", "three"],
)
def test_what_is_no_grid(normal_affine, size, coordinates, sentence):
    with pytest.raises(ValueError, match=sentence):
        latent_grid(normal_affine, size, coordinates)


def test_latents_with_nothing_between_them_are_refused(normal_affine, monkeypatch):
    normal_affine.prior = StructuredCodes((2,), 2)
    with pytest.raises(ValueError, match="coordinate 1 has but few values, between which there is nothing"):
        latent_grid(normal_affine, 5, (3, 1))
    assert latent_grid(normal_affine, 5, (2, 3)).shape == (5, 5, 4)
    monkeypatch.setattr(normal_affine, "latents", lambda n, seed: keras.ops.ones((n, 4), "int32"))
    with pytest.raises(ValueError, match="latents of this Affine are int32; a grid takes real numbers"):
        latent_grid(normal_affine, 5)
