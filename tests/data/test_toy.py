import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist
from scipy.stats import chisquare, kstest, norm
from sklearn.datasets import make_swiss_roll

from tfgen.data.toy import IMAGE_SHAPE, as_images, as_points, gaussian_grid, gaussian_ring, parallel_lines, swiss_roll


@pytest.mark.parametrize(("mixture", "modes"), [(gaussian_ring(), 8), (gaussian_grid(), 25)])
def test_points_are_normal_about_equally_probable_centres(mixture, modes):
    points, labels = mixture.sample(20_000, 0)
    assert points.dtype == np.float32
    assert points.shape == (20_000, 2)
    assert np.abs(points).max() < 0.9
    assert len(mixture.centres) == modes
    assert chisquare(np.bincount(labels, minlength=modes)).pvalue > 0.01
    np.testing.assert_array_equal(cdist(points, mixture.centres).argmin(axis=1), labels)
    deviations = (points - mixture.centres[labels]) / mixture.standard_deviation
    assert kstest(deviations.ravel(), norm.cdf).pvalue > 0.01


def test_scales_of_the_literature():
    ring, grid = gaussian_ring(), gaussian_grid()
    np.testing.assert_allclose(np.linalg.norm(ring.centres, axis=1), 100 * ring.standard_deviation, rtol=1e-6)
    np.testing.assert_allclose(np.sort(pdist(ring.centres))[:8], 2 * 0.8 * np.sin(np.pi / 8), rtol=1e-6)
    np.testing.assert_allclose(np.sort(pdist(grid.centres))[:40], 40 * grid.standard_deviation, rtol=1e-6)
    np.testing.assert_allclose(grid.centres.mean(axis=0), 0, atol=1e-7)


def test_a_seed_draws_the_same_points():
    for draw in (lambda seed: gaussian_ring().sample(50, seed)[0], lambda seed: swiss_roll(50, seed)):
        np.testing.assert_array_equal(draw(3), draw(3))
        assert not np.array_equal(draw(3), draw(4))


def test_swiss_roll_is_scikit_learns_from_its_end():
    points = swiss_roll(4000, 0)
    assert points.dtype == np.float32
    assert np.abs(points).max() < 0.9
    expected = make_swiss_roll(20_000, noise=0.25, random_state=1)[0][:, [0, 2]] * 0.8 / (4.5 * np.pi)
    # Either set lies on the other, and as densely at every radius.
    assert np.percentile(cdist(points[:1000], expected).min(axis=1), 99) < 0.03
    assert np.percentile(cdist(expected[:1000], points).min(axis=1), 99) < 0.03
    radii = [np.quantile(np.linalg.norm(part, axis=1), np.linspace(0, 1, 11)) for part in (points, expected)]
    np.testing.assert_allclose(*radii, atol=0.03)


def test_parallel_lines():
    left, right = parallel_lines(5000, 0.6, 0)
    assert left.dtype == right.dtype == np.float32
    assert set(left[:, 0]) == {np.float32(-0.3)}
    assert set(right[:, 0]) == {np.float32(0.3)}
    for heights in (left[:, 1], right[:, 1]):
        assert kstest(heights + 0.5, "uniform").pvalue > 0.01
    assert not np.array_equal(left[:, 1], right[:, 1])
    for distance in (-0.1, 1.7, float("nan")):
        with pytest.raises(ValueError, match="the lines fit into the square if it is from 0"):
            parallel_lines(5, distance, 0)


def test_points_as_images_and_back():
    points = swiss_roll(7, 0)
    assert as_images(points).shape == (7, *IMAGE_SHAPE)
    np.testing.assert_array_equal(as_points(as_images(points)), points)
    assert as_images(np.zeros((3, 1))).shape == (3, 1, 1, 1)


@pytest.mark.parametrize(
    "draw", [lambda: gaussian_grid().sample(0, 0), lambda: swiss_roll(5, -1), lambda: parallel_lines(0, 0.5, 0)]
)
def test_bad_counts_and_seeds(draw):
    with pytest.raises(ValueError, match="draw 1 or more points, by a seed that is not negative"):
        draw()
