"""The priors, against their distributions, and through Keras' serialisation."""

import json

import keras
import numpy as np
import pytest
from scipy import stats

from tfgen.priors import PRIORS, Normal, Uniform
from tfgen.priors.noise import Prior


@pytest.mark.parametrize(("prior", "distribution"), [(Normal(), stats.norm()), (Uniform(), stats.uniform(-1, 2))])
def test_samples_follow_the_distribution(prior, distribution):
    latents = prior.sample(2000, 10, (1, 2)).numpy()
    assert latents.shape == (2000, 10)
    assert latents.dtype == np.float32
    assert stats.kstest(latents.ravel(), distribution.cdf).pvalue > 0.01
    np.testing.assert_array_equal(prior.sample(2000, 10, (1, 2)), latents)
    assert not np.array_equal(prior.sample(2000, 10, (1, 3)), latents)


@pytest.mark.parametrize("name", PRIORS.names())
def test_round_trip(name):
    prior = PRIORS.get(name)()
    again = keras.saving.deserialize_keras_object(json.loads(json.dumps(keras.saving.serialize_keras_object(prior))))
    assert type(again) is type(prior)
    np.testing.assert_array_equal(again.sample(3, 4, (0, 0)), prior.sample(3, 4, (0, 0)))


def test_a_prior_that_draws_nothing_says_so():
    class Nothing(Prior):
        pass

    with pytest.raises(NotImplementedError, match="Nothing does not say how it is sampled"):
        Nothing().sample(1, 1, (0, 0))
