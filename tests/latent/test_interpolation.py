import numpy as np
import pytest

from tfgen.latent import great_circle, interpolate, straight_line
from tfgen.models import Autoencoder
from tfgen.networks import mlp

RNG = np.random.default_rng(0)


def test_a_quarter_of_a_circle_in_equal_angles():
    frames = interpolate([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]], 3)
    angles = np.radians([0, 30, 60, 90])
    np.testing.assert_allclose(
        frames, np.stack([2 * np.cos(angles), 2 * np.sin(angles), 0 * angles], axis=1), atol=1e-6
    )
    assert frames.dtype == np.float32


def test_the_norm_is_kept_on_circles_and_not_on_lines():
    points = RNG.normal(size=(4, 50))
    points *= 7 / np.linalg.norm(points, axis=1, keepdims=True)
    np.testing.assert_allclose(np.linalg.norm(interpolate(points, 5), axis=1), 7, rtol=1e-6)
    assert np.linalg.norm(interpolate(points, 5, straight_line), axis=1).min() < 6


def test_way_points_are_passed_and_a_closed_path_leads_back():
    points = RNG.normal(size=(3, 6))
    open_path, closed_path = (interpolate(points, 4, straight_line, closed=closed) for closed in (False, True))
    assert (len(open_path), len(closed_path)) == (9, 12)
    np.testing.assert_allclose(open_path[::4], points, rtol=1e-6)
    np.testing.assert_allclose(closed_path[::4], points, rtol=1e-6)
    np.testing.assert_allclose(
        np.diff(closed_path[8:], axis=0), np.tile((points[0] - points[2]) / 4, (3, 1)), rtol=1e-5
    )


@pytest.mark.parametrize("path", [straight_line, great_circle])
def test_paths_side_by_side_are_those_alone(path):
    points = RNG.normal(size=(3, 5, 6))
    frames = interpolate(points, 4, path, closed=True)
    assert frames.shape == (12, 5, 6)
    for index in range(5):
        np.testing.assert_allclose(frames[:, index], interpolate(points[:, index], 4, path, closed=True), rtol=1e-5)


def test_a_model_s_path_is_its_prior_s_unless_it_changes_the_draws(affine):
    points = np.asarray(affine.latents(2, (1, 2)))
    np.testing.assert_allclose(
        interpolate(points, 4, affine.interpolate), interpolate(points, 4, affine.prior.interpolate)
    )
    networks = mlp.encoder((4, 4, 1), 4, hidden_dims=()), mlp.decoder((4, 4, 1), 4, hidden_dims=())
    found = interpolate(points, 4, Autoencoder(*networks).interpolate)
    np.testing.assert_allclose(found, np.linspace(*points, 5), atol=1e-6)


@pytest.mark.parametrize(
    ("points", "steps", "sentence"),
    [
        ([[1.0, 2.0]], 3, r"waypoints have shape \(1, 2\)"),
        ([1.0, 2.0], 3, r"waypoints have shape \(2,\)"),
        ([[1.0], [np.nan]], 3, "of finite numbers"),
        ([[1.0], [2.0]], 0, "steps is 0"),
    ],
)
def test_bad_input_is_named(points, steps, sentence):
    with pytest.raises(ValueError, match=sentence):
        interpolate(points, steps)
