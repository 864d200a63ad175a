import numpy as np
import pytest

from tfgen.latent import boundary_normal, mean_difference, spread_along, traverse, walks_along

RNG = np.random.default_rng(0)
AXIS = np.array([3.0, 0.0, 4.0]) / 5


def two_kinds(n=400):
    latents = RNG.normal(size=(n, 3))
    belongs = latents @ AXIS > 0
    return latents[belongs], latents[~belongs]


def test_the_difference_of_means_is_numpy_s():
    positives, negatives = RNG.normal(size=(5, 3)), RNG.normal(size=(9, 3))
    found = mean_difference(positives, negatives)
    difference = positives.mean(axis=0) - negatives.mean(axis=0)
    np.testing.assert_allclose(found * np.linalg.norm(difference), difference)


@pytest.mark.parametrize("find", [mean_difference, boundary_normal])
def test_the_direction_that_made_the_labels_is_found(find):
    found = find(*two_kinds())
    assert np.linalg.norm(found) == pytest.approx(1)
    assert found @ AXIS > 0.98


def test_the_boundary_does_not_depend_on_where_the_latents_lie():
    # Few of one kind and far from 0, where a plane through 0 would be another.
    positives, negatives = two_kinds()
    offset = np.array([20.0, -10.0, 5.0])
    np.testing.assert_allclose(
        boundary_normal(positives[:40] + offset, negatives + offset),
        boundary_normal(positives[:40], negatives),
        atol=1e-3,
    )


def test_the_boundary_ignores_what_does_not_separate():
    # The kinds differ along x alone; both move with y, and the positives lie higher there.
    y = RNG.normal(size=(500, 1)) * 5
    noise = RNG.uniform(-0.1, 0.1, size=(500, 1))
    positives, negatives = np.hstack([y + 1 + noise, y + 3]), np.hstack([y - 1 + noise, y])
    difference, normal = mean_difference(positives, negatives), boundary_normal(positives, negatives)
    accuracy = [((positives @ each)[:, None] > (negatives @ each)[None]).mean() for each in (difference, normal)]
    assert accuracy[0] < 0.9
    assert accuracy[1] > 0.98


def test_walks_are_straight_and_as_long_as_said():
    starts = RNG.normal(size=(2, 3))
    walks = traverse(starts, 10 * AXIS, [-2, 0, 1.5])
    assert (walks.shape, walks.dtype) == ((2, 3, 3), np.float32)
    np.testing.assert_allclose(walks[:, 1], starts, rtol=1e-6)
    np.testing.assert_allclose(walks[:, 0], starts - 2 * AXIS, rtol=1e-5)
    np.testing.assert_allclose(walks[:, 2], starts + 1.5 * AXIS, rtol=1e-5)


def test_spread_is_the_standard_deviation_along_the_direction():
    latents = RNG.normal(size=(20_000, 3)) * [1, 2, 3]
    assert spread_along(latents, [0, 5, 0]) == pytest.approx(2, rel=0.02)
    assert spread_along(latents, AXIS) == pytest.approx(np.sqrt(0.36 + 9 * 0.64), rel=0.02)


def test_walks_along_directions_go_as_far_as_the_latents_spread():
    latents = RNG.normal(size=(5_000, 3)) * [1, 2, 3]
    walks = walks_along(latents, [[0, 0, 9], [1, 0, 0]], starts=2, reach=2.0, frames=5)
    assert (walks.shape, walks.dtype) == ((4, 5, 3), np.float32)
    for walk, start, axis in zip(walks, [0, 1, 0, 1], [2, 2, 0, 0], strict=True):
        expected = np.tile(latents[start], (5, 1))
        expected[:, axis] += np.linspace(-2, 2, 5) * latents[:, axis].std()
        np.testing.assert_allclose(walk, expected, rtol=1e-5, atol=1e-6)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="the means of positives and negatives are equal"):
        mean_difference(np.ones((2, 3)), np.ones((4, 3)))
    with pytest.raises(ValueError, match="the latents are 3, 2 long"):
        boundary_normal(np.ones((2, 3)), np.ones((4, 2)))
    with pytest.raises(ValueError, match="all positives and negatives are equal"):
        boundary_normal(np.ones((2, 3)), np.ones((4, 3)))
    with pytest.raises(ValueError, match="the 1 latents do not vary along the direction"):
        spread_along(np.ones((1, 3)), np.ones(3))
    with pytest.raises(ValueError, match="the direction is 0"):
        traverse(np.ones((2, 3)), np.zeros(3), [1])
    with pytest.raises(ValueError, match="the latents are 3, 2 long"):
        traverse(np.ones((2, 3)), np.ones(2), [1])
    with pytest.raises(ValueError, match="distances have values that are not finite"):
        traverse(np.ones((2, 3)), np.ones(3), [np.nan])
    with pytest.raises(ValueError, match=r"positives are <U1 of shape \(1,\)"):
        mean_difference(["a"], np.ones(3))
