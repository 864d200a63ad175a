import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfgen.losses.gaussian import gaussian_negative_log_likelihood

RNG = np.random.default_rng(0)
VALUES, MEAN = RNG.normal(size=(2, 20, 2))


def test_against_scipy():
    expected = -stats.norm(MEAN, 1).logpdf(VALUES).sum(axis=1).mean()
    assert float(gaussian_negative_log_likelihood(VALUES, MEAN)) == pytest.approx(expected, rel=1e-5)


def test_it_is_bounded_below_by_that_of_the_mean():
    assert float(gaussian_negative_log_likelihood(VALUES, VALUES)) == pytest.approx(np.log(2 * np.pi), rel=1e-6)


def test_no_component_costs_nothing():
    assert float(gaussian_negative_log_likelihood(*np.empty((2, 5, 0)))) == 0


def test_half_precision_is_computed_in_float32():
    halves = [tf.cast(each, "bfloat16") for each in (VALUES, MEAN)]
    loss = gaussian_negative_log_likelihood(*halves)
    assert loss.dtype == "float32"
    assert float(loss) == float(gaussian_negative_log_likelihood(*(tf.cast(each, "float32") for each in halves)))
