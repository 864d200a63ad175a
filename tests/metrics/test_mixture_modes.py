import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import chi2

from tfgen.data.toy import gaussian_grid, gaussian_ring
from tfgen.metrics import mixture_coverage, nearest_modes

CENTRES = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


def test_counted_by_hand():
    points = [[0.0, 0.29], [0.0, 0.31], [1.2, 0.0], [1.0, 0.1], [5.0, 5.0]]
    assert mixture_coverage(points, CENTRES, 0.1) == (2, 3 / 5)
    nearest, distances = nearest_modes(points, CENTRES)
    assert nearest.tolist()[:4] == [0, 0, 1, 1]
    np.testing.assert_allclose(distances[:4], [0.29, 0.31, 0.2, 0.1], rtol=1e-12)
    assert mixture_coverage(points, CENTRES, 0.1, deviations=3.2) == (2, 4 / 5)
    assert mixture_coverage(points, CENTRES, 0.1, minimum_samples=2) == (1, 3 / 5)
    assert mixture_coverage(points, CENTRES, 0.01) == (0, 0.0)


@pytest.mark.parametrize("mixture", [gaussian_ring(), gaussian_grid()])
def test_the_mixture_itself(mixture):
    points, _ = mixture.sample(2500, 0)
    found = mixture_coverage(points, mixture.centres, mixture.standard_deviation)
    assert found.modes == len(mixture.centres)
    # The squared distance in standard deviations has a chi-squared distribution of two degrees.
    assert found.good_share == pytest.approx(chi2(2).cdf(9), abs=0.006)


def test_one_mode_of_it():
    ring = gaussian_ring()
    points, modes = ring.sample(2500, 0)
    found = mixture_coverage(tf.constant(points[modes == 3]), ring.centres, ring.standard_deviation)
    assert found.modes == 1
    assert type(found.modes) is int
    assert type(found.good_share) is float


def test_what_is_refused():
    points = np.zeros((4, 2))
    with pytest.raises(ValueError, match="points are 2 wide and centres 3; give both the same width"):
        mixture_coverage(points, np.zeros((5, 3)), 0.1)
    with pytest.raises(ValueError, match="points have values that are not finite"):
        mixture_coverage(points * np.nan, CENTRES, 0.1)
    for deviation, options in ((0.0, {}), (float("nan"), {}), (0.1, {"deviations": 0}), (0.1, {"minimum_samples": 0})):
        with pytest.raises(ValueError, match="the first two are positive, the last is at least 1"):
            mixture_coverage(points, CENTRES, deviation, **options)
