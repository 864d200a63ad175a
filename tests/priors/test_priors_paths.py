import numpy as np
import pytest

from tfgen.priors.paths import great_circle, straight_line

RNG = np.random.default_rng(0)


def test_angles_grow_evenly_and_norms_stay():
    first, second = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in RNG.normal(size=(2, 20, 7)))
    angles = np.arccos((first * second).sum(axis=1))
    for position in (0.0, 0.2, 0.5, 1.0):
        points = np.asarray(great_circle(3 * first, 3 * second, position))
        np.testing.assert_allclose(np.linalg.norm(points, axis=1), 3)
        found = np.arccos(np.clip((points / 3 * first).sum(axis=1), -1, 1))
        np.testing.assert_allclose(found, position * angles, atol=1e-7)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-9), ("float32", 1e-3)])
def test_lengths_go_evenly_from_one_to_the_other_however_wide_the_angle(dtype, tolerance):
    # In the plane many pairs are nearly opposite.
    first, second = RNG.normal(size=(2, 5000, 2)).astype(dtype)
    lengths = [np.linalg.norm(rows, axis=1) for rows in (first, second)]
    for position in (0.0, 0.3, 0.5, 1.0):
        points = np.asarray(great_circle(first, second, position))
        expected = (1 - position) * lengths[0] + position * lengths[1]
        np.testing.assert_allclose(np.linalg.norm(points, axis=1), expected, rtol=tolerance)


def test_a_latent_of_length_0_is_joined_by_a_line():
    ends = np.array([[0.0, 0.0], [0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 4.0], [0.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(great_circle(*ends, 0.25), straight_line(*ends, 0.25))


def test_both_ways_are_one():
    first, second = RNG.normal(size=(2, 5, 4))
    positions = RNG.random((5, 1))
    for path in (great_circle, straight_line):
        there, back = path(first, second, positions), path(second, first, 1 - positions)
        np.testing.assert_allclose(there, back, atol=1e-12)


@pytest.mark.parametrize("factor", [2.0, -1.0])
def test_without_a_circle_of_their_own_latents_are_joined_by_a_line(factor):
    latents = np.array([[3.0, 4.0]])
    np.testing.assert_allclose(
        great_circle(latents, factor * latents, 0.25), straight_line(latents, factor * latents, 0.25)
    )


def test_float32_latents_give_float32_points():
    first, second = RNG.normal(size=(2, 5, 4)).astype("float32")
    for path in (great_circle, straight_line):
        assert np.asarray(path(first, second, 0.5)).dtype == np.float32
