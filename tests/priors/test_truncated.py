import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfgen.models import GAN
from tfgen.networks import mlp
from tfgen.priors import Normal, Spherical, Truncated, Uniform


@pytest.mark.parametrize("threshold", [0.04, 0.5, 1.0, 2.0])
def test_normal_draws_follow_scipy_s_truncated_normal(threshold):
    latents = Truncated(threshold).sample(2000, 10, (1, 2)).numpy()
    assert latents.dtype == np.float32
    assert np.abs(latents).max() <= np.float32(threshold)
    assert stats.kstest(latents.ravel(), stats.truncnorm(-threshold, threshold).cdf).pvalue > 0.01


def test_the_distribution_is_that_of_drawing_again_what_lies_beyond():
    random = np.random.default_rng(0)
    again = random.normal(size=20_000)
    while (beyond := np.abs(again) > 0.7).any():
        again[beyond] = random.normal(size=beyond.sum())
    latents = Truncated(0.7).sample(2000, 10, (0, 0)).numpy().ravel()
    assert stats.ks_2samp(latents, again).pvalue > 0.01


def test_uniform_draws_are_scaled():
    whole = Uniform().sample(50, 10, (1, 2)).numpy()
    np.testing.assert_allclose(Truncated(0.3, Uniform()).sample(50, 10, (1, 2)), 0.3 * whole, rtol=1e-6)


def test_ranks_stay_and_a_high_threshold_changes_nothing():
    whole = Normal().sample(100, 10, (1, 2)).numpy()
    np.testing.assert_array_equal(
        whole.ravel().argsort(), Truncated(1.0).sample(100, 10, (1, 2)).numpy().ravel().argsort()
    )
    np.testing.assert_allclose(Truncated(8.0).sample(100, 10, (1, 2)), whole, atol=2e-3)


def test_far_out_draws_stay_finite():
    latents = Normal().truncate(np.array([[-40.0, 40.0, 6.0]], "float32"), 7.0)
    assert np.isfinite(latents).all()
    assert np.abs(latents).max() <= 7


def test_compiled_draws_are_the_same():
    prior = Truncated(0.5)
    compiled = tf.function(lambda seed: prior.sample(9, 6, seed), jit_compile=True)(tf.constant([3, 4]))
    np.testing.assert_allclose(compiled, prior.sample(9, 6, (3, 4)), rtol=1e-4, atol=1e-6)


def test_paths_and_nearest_latents_stay_inside():
    prior = Truncated(0.5)
    assert (prior.bound, Truncated(0.5, Uniform()).bound) == (0.5, 0.5)
    first, second = (prior.sample(50, 8, (0, index)) for index in (0, 1))
    points = np.asarray(prior.interpolate(first, second, 0.5))
    assert np.abs(points).max() <= 0.5
    np.testing.assert_allclose(points, np.clip(Normal().interpolate(first, second, 0.5), -0.5, 0.5))
    np.testing.assert_allclose(prior.nearest(np.array([[-2.0, 0.1]])), [[-0.5, 0.1]])


def test_a_model_takes_it_in_place_of_its_own():
    model = GAN(mlp.generator((4, 4, 1), 3, hidden_dims=()), mlp.discriminator((4, 4, 1), hidden_dims=()))
    latents = Normal().truncate(model.latents(5, (np.int64(2), np.int64(0))), 0.1)
    model.prior = Truncated(0.1, model.prior)
    np.testing.assert_allclose(model.sample(5, seed=2), model.generate(latents), atol=1e-6)


@pytest.mark.parametrize(
    ("threshold", "prior", "sentence"),
    [
        (0.0, None, "threshold is 0.0; normal latents are truncated at a positive number"),
        (1.5, Uniform(), "threshold is 1.5; uniform latents are truncated at a number above 0, at most 1"),
        (1.0, Spherical(), "Spherical latents cannot be truncated; normal and uniform ones can"),
    ],
)
def test_what_cannot_be_cut_off_is_named(threshold, prior, sentence):
    with pytest.raises(ValueError, match=sentence):
        Truncated(threshold, prior)


def test_what_is_cut_off_is_saved_too():
    prior = Truncated(0.3, Uniform())
    again = keras.saving.deserialize_keras_object(json.loads(json.dumps(keras.saving.serialize_keras_object(prior))))
    np.testing.assert_array_equal(again.sample(3, 4, (0, 0)), prior.sample(3, 4, (0, 0)))
