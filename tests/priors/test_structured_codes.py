"""Structured codes, against their distributions."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfgen.priors import StructuredCodes

PRIOR = StructuredCodes(categories=(3, 10), continuous=2)


def parts(n=3000, seed=(1, 2)):
    noise, categories, continuous = PRIOR.split(PRIOR.sample(n, 20, seed).numpy())
    return noise, categories, continuous


def test_samples_follow_the_distributions():
    noise, categories, continuous = parts()
    assert [each.shape for each in (noise, *categories, continuous)] == [(3000, 5), (3000, 3), (3000, 10), (3000, 2)]
    for values in (noise, continuous):
        assert stats.kstest(values.ravel(), stats.uniform(-1, 2).cdf).pvalue > 0.01
    for one_hot in categories:
        np.testing.assert_array_equal(np.sort(one_hot, axis=1)[:, -2:], np.tile([0, 1], (3000, 1)))
        assert stats.chisquare(one_hot.sum(axis=0)).pvalue > 0.01


def test_the_parts_do_not_depend_on_each_other():
    noise, (first, second), continuous = parts()
    rows = np.column_stack([noise, first.argmax(axis=1), second.argmax(axis=1), continuous])
    correlations = np.corrcoef(rows.T) - np.eye(rows.shape[1])
    assert np.abs(correlations).max() < 4 / np.sqrt(len(rows))


def test_a_seed_decides_everything_and_fewer_rows_are_the_first_of_more():
    latents = PRIOR.sample(50, 20, (1, 2)).numpy()
    assert latents.dtype == np.float32
    np.testing.assert_array_equal(PRIOR.sample(50, 20, (1, 2)), latents)
    np.testing.assert_allclose(PRIOR.sample(7, 20, (1, 2)), latents[:7])
    assert not np.array_equal(PRIOR.sample(50, 20, (1, 3)), latents)
    compiled = tf.function(lambda seed: PRIOR.sample(50, 20, seed), jit_compile=True)
    np.testing.assert_allclose(compiled(tf.constant([1, 2])), latents, atol=1e-6)


@pytest.mark.parametrize("count", [2, 3, 7, 1000, 4096])
def test_the_largest_draw_is_of_the_last_category(count, monkeypatch):
    monkeypatch.setattr("tfgen.backend.uniform", lambda shape, seed: tf.fill(shape, np.float32(1 - 2.0**-24)))
    latents = StructuredCodes((count,), 0).sample(1, count, (0, 0)).numpy()
    np.testing.assert_array_equal(latents.argmax(), count - 1)
    assert latents.sum() == 1


def test_a_chosen_category():
    latents = PRIOR.sample(4, 20, (0, 0)).numpy()
    chosen = PRIOR.with_category(latents, np.array([2, 0, 1, 1])).numpy()
    np.testing.assert_array_equal(chosen[:, 5:8], np.eye(3)[[2, 0, 1, 1]])
    np.testing.assert_array_equal(np.delete(chosen, np.s_[5:8], axis=1), np.delete(latents, np.s_[5:8], axis=1))


def test_the_nearest_latents_that_can_be_drawn():
    prior = StructuredCodes((3,), 1)
    # In the order of the latents: noise, three categories, a continuous code.
    nearest = prior.nearest(np.array([[1.7, 0.1, 0.9, 0.4, -3.0]], "float32"))
    np.testing.assert_allclose(nearest, [[1, 0, 1, 0, -1]])
    drawn = PRIOR.sample(20, 20, (0, 0))
    np.testing.assert_array_equal(PRIOR.nearest(drawn), drawn)


def test_paths_stay_where_the_prior_draws():
    prior = StructuredCodes((2,), 1)
    first, second = np.array([[0.0, 1, 0, -0.5]], "float32"), np.array([[0.8, 0, 1, 0.5]], "float32")
    np.testing.assert_allclose(prior.interpolate(first, second, 0.25), [[0.2, 1, 0, -0.25]], atol=1e-6)
    np.testing.assert_allclose(prior.interpolate(first, second, 0.75), [[0.6, 0, 1, 0.25]], atol=1e-6)


def test_round_trip():
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(PRIOR)))
    again = keras.saving.deserialize_keras_object(config)
    assert (again.categories, again.continuous) == ((3, 10), 2)
    np.testing.assert_array_equal(again.sample(3, 20, (0, 0)), PRIOR.sample(3, 20, (0, 0)))


def test_arguments_are_checked():
    for arguments in ({"categories": (1,)}, {"continuous": -1}, {"categories": (), "continuous": 0}):
        with pytest.raises(ValueError, match="each code has 2 or more categories"):
            StructuredCodes(**arguments)
    with pytest.raises(ValueError, match="latent_dim is 14, and the codes alone take 15; make it larger"):
        PRIOR.sample(2, 14, (0, 0))
    assert PRIOR.sample(2, 15, (0, 0)).shape == (2, 15)
