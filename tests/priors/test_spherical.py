import numpy as np
import tensorflow as tf
from scipy import stats

from tfgen.priors import Spherical

PRIOR = Spherical()


def test_every_draw_is_on_the_sphere():
    for latent_dim in (2, 100):
        latents = PRIOR.sample(500, latent_dim, (1, 2)).numpy()
        assert latents.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(latents, axis=1), np.sqrt(latent_dim), rtol=1e-5)


def test_moments():
    latents = PRIOR.sample(20_000, 5, (0, 0)).numpy().astype("float64")
    np.testing.assert_allclose(latents.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(np.cov(latents.T), np.eye(5), atol=0.03)
    # E x^4 = 3 d / (d + 2) for a component on that sphere, against 3 for a normal one.
    np.testing.assert_allclose((latents**4).mean(axis=0), 15 / 7, atol=0.08)


def test_a_component_of_three_is_uniform():
    # Archimedes: a sphere's projection on an axis.
    component = PRIOR.sample(3000, 3, (5, 0)).numpy()[:, 1] / np.sqrt(3)
    assert stats.kstest(component, stats.uniform(-1, 2).cdf).pvalue > 0.01


def test_a_seed_decides_the_draws():
    first = PRIOR.sample(7, 6, (1, 2)).numpy()
    np.testing.assert_array_equal(PRIOR.sample(7, 6, (1, 2)), first)
    np.testing.assert_allclose(PRIOR.sample(3, 6, (1, 2)), first[:3], rtol=1e-6)
    assert not np.array_equal(PRIOR.sample(7, 6, (1, 3)), first)


def test_compiled_draws_are_the_same():
    compiled = tf.function(lambda seed: PRIOR.sample(9, 6, seed), jit_compile=True)(tf.constant([3, 4]))
    graph = tf.function(lambda n, seed: PRIOR.sample(n, 6, seed))(tf.constant(9), tf.constant([3, 4]))
    for latents in (compiled, graph):
        np.testing.assert_allclose(latents, PRIOR.sample(9, 6, (3, 4)), rtol=1e-5, atol=1e-6)


def test_paths_stay_on_the_sphere():
    first, second = (PRIOR.sample(50, 8, (0, index)) for index in (0, 1))
    for position in (0.0, 0.3, 1.0):
        points = np.asarray(PRIOR.interpolate(first, second, position))
        np.testing.assert_allclose(np.linalg.norm(points, axis=1), np.sqrt(8), rtol=1e-4)


def test_nearest_points_have_the_same_direction_and_no_component_is_bounded_alone():
    latents = np.array([[3.0, 4.0], [-0.6, 0.8]])
    np.testing.assert_allclose(PRIOR.nearest(latents), np.sqrt(2) * np.array([[0.6, 0.8], [-0.6, 0.8]]))
    # sqrt(latent_dim) on an axis, which no number bounds for all lengths.
    np.testing.assert_allclose(PRIOR.nearest(np.eye(400)[:1]), 20 * np.eye(400)[:1])
    assert PRIOR.bound == np.inf
