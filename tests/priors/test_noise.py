"""The priors, against their distributions, and through Keras' serialisation."""

import json

import keras
import numpy as np
import pytest
from scipy import stats

from tfgen.priors import PRIORS, Normal, Uniform
from tfgen.priors.class_prior import ClassPrior
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
    latent_dim = 2 if isinstance(prior, ClassPrior) else 16
    np.testing.assert_array_equal(again.sample(3, latent_dim, (0, 0)), prior.sample(3, latent_dim, (0, 0)))


def test_a_prior_that_draws_nothing_says_so():
    class Nothing(Prior):
        pass

    with pytest.raises(NotImplementedError, match="Nothing does not say how it is sampled"):
        Nothing().sample(1, 1, (0, 0))


def test_the_straight_line_between_uniform_latents():
    first, second = np.array([[0.0, 1.0]]), np.array([[1.0, -1.0]])
    np.testing.assert_allclose(Uniform().interpolate(first, second, 0.25), [[0.25, 0.5]])


def test_the_great_circle_between_normal_latents():
    first, second = np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 4.0]])
    for position in (0.0, 1 / 3, 1.0):
        angle, length = position * np.pi / 2, 2 + 2 * position
        expected = [[np.cos(angle), np.sin(angle)], [length * np.cos(angle), length * np.sin(angle)]]
        np.testing.assert_allclose(Normal().interpolate(first, second, position), expected, atol=1e-12)


def test_a_circle_of_one_point_and_positions_of_their_own():
    latents = np.array([[3.0, 4.0], [3.0, 4.0]])
    np.testing.assert_allclose(
        Normal().interpolate(latents, 2 * latents, np.array([[0.0], [0.5]])), latents * [[1], [1.5]]
    )


def test_normal_paths_keep_the_length_that_draws_have():
    first, second = (np.asarray(Normal().sample(500, 200, (0, index)), np.float64) for index in (0, 1))
    middle = np.asarray(Normal().interpolate(first, second, 0.5))
    assert np.linalg.norm(middle, axis=1).mean() == pytest.approx(np.linalg.norm(first, axis=1).mean(), rel=0.01)
