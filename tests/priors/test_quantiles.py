import numpy as np
import pytest
from scipy import stats

from tfgen.priors import Truncated, Uniform
from tfgen.priors.quantiles import Quantiles


def test_samples_are_uniform_from_0_to_1():
    latents = Quantiles().sample(2000, 10, (1, 2)).numpy()
    assert (latents.shape, latents.dtype) == ((2000, 10), np.float32)
    assert stats.kstest(latents.ravel(), stats.uniform(0, 1).cdf).pvalue > 0.01
    assert 0 <= latents.min() <= latents.max() < 1
    np.testing.assert_array_equal(Quantiles().sample(2000, 10, (1, 2)), latents)


def test_the_nearest_that_can_be_drawn():
    np.testing.assert_allclose(Quantiles().nearest(np.array([[-0.5, 0.25, 3.0]])), [[0.0, 0.25, 1.0]])


def test_there_is_no_path_and_no_middle():
    assert (Uniform().smooth, Quantiles().smooth) == (True, False)
    with pytest.raises(ValueError, match="quantiles of discrete codes; images do not move smoothly"):
        Quantiles().interpolate(np.zeros((1, 2)), np.ones((1, 2)), 0.5)
    with pytest.raises(ValueError, match="Quantiles latents cannot be truncated"):
        Truncated(0.5, Quantiles())
