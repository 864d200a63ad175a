"""The mixture and the Swiss roll: against their distributions, class by class and as a whole."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfgen.priors import GaussianMixture, SwissRoll
from tfgen.priors.class_prior import ClassPrior

MIXTURE = GaussianMixture(classes=7, distance=2.0, length=0.3, width=0.1)
ROLL = SwissRoll(classes=4, radius=3.0, turns=1.5, width=0.02)
BOTH = pytest.mark.parametrize("prior", [MIXTURE, ROLL], ids=["mixture", "roll"])


def drawn(prior, label, n=3000):
    return np.asarray(prior.sample_of(np.full(n, label), 2, (1, 2)), np.float64)


def polar(points):
    return np.hypot(*points.T), np.arctan2(points[:, 1], points[:, 0])


@pytest.mark.parametrize("label", [0, 1, 5])
def test_a_component_is_a_gaussian_that_points_outwards(label):
    angle = label * 2 * np.pi / 7
    ray, side = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    points = drawn(MIXTURE, label)
    assert stats.kstest(points @ ray, stats.norm(2.0, 0.3).cdf).pvalue > 0.01
    assert stats.kstest(points @ side, stats.norm(0.0, 0.1).cdf).pvalue > 0.01
    assert abs(np.corrcoef(points @ ray, points @ side)[0, 1]) < 4 / np.sqrt(len(points))


@pytest.mark.parametrize("label", [0, 3])
def test_a_stretch_of_the_roll(label):
    radius, angle = polar(drawn(ROLL, label))
    share = np.hypot(*drawn(SwissRoll(4, 3.0, 1.5, width=1e-6), label).T) / 3.0
    # The share of points within a radius goes with its square, from one end of the stretch to the other.
    assert stats.kstest(share**2, stats.uniform(label / 4, 1 / 4).cdf).pvalue > 0.01
    assert stats.kstest(radius - 3.0 * share, stats.norm(0, 0.02).cdf).pvalue > 0.01
    off_the_spiral = np.exp(1j * angle) - np.exp(2j * np.pi * 1.5 * share)
    assert np.abs(off_the_spiral[radius > 0.2]).max() < 1e-3


@BOTH
def test_the_whole_consists_of_equally_probable_parts(prior):
    points = prior.sample(4000, 2, (3, 4))
    labels = np.asarray(prior.locate(points)[0]).astype(int)
    assert stats.chisquare(np.bincount(labels, minlength=prior.classes)).pvalue > 0.01
    # What is drawn of the class that a row drew itself is that row: the parts and the whole are one distribution.
    again = np.asarray(prior.sample_of(labels, 2, (3, 4)))
    assert (np.abs(again - points).max(axis=1) < 1e-4).mean() > 0.97


@BOTH
def test_a_seed_decides_everything_and_fewer_rows_are_the_first_of_more(prior):
    points = prior.sample(50, 2, (1, 2)).numpy()
    assert (points.dtype, points.shape) == (np.float32, (50, 2))
    np.testing.assert_array_equal(prior.sample(50, 2, (1, 2)), points)
    np.testing.assert_allclose(prior.sample(7, 2, (1, 2)), points[:7], atol=1e-6)
    assert not np.array_equal(prior.sample(50, 2, (1, 3)), points)
    compiled = tf.function(lambda seed: prior.sample(50, 2, seed), jit_compile=True)
    np.testing.assert_allclose(compiled(tf.constant([1, 2])), points, atol=1e-5)
    labels = np.arange(50) % 4
    chosen = prior.sample_of(labels, 2, (1, 2))
    np.testing.assert_allclose(prior.sample_of(labels[:7], 2, (1, 2)), chosen[:7], atol=1e-6)


@BOTH
@pytest.mark.parametrize("draw", [0.0, 1 - 2.0**-24], ids=["least", "most"])
def test_the_outermost_draws_are_finite_and_of_a_part(prior, draw, monkeypatch):
    monkeypatch.setattr("tfgen.backend.uniform", lambda shape, seed: tf.fill(shape, np.float32(draw)))
    points = prior.sample(1, 2, (0, 0)).numpy()
    assert np.isfinite(points).all()
    np.testing.assert_allclose(points, prior.sample_of([prior.classes - 1 if draw else 0], 2, (0, 0)), atol=1e-6)


@BOTH
def test_a_place_is_found_again(prior):
    rng = np.random.default_rng(0)
    labels = np.arange(200) % prior.classes
    within, noise = rng.uniform(0.1, 0.9, 200).astype("float32"), rng.uniform(-1, 1, (200, 2)).astype("float32")
    found = prior.locate(prior.place(labels.astype("float32"), within, noise))
    np.testing.assert_array_equal(found[0], labels)
    if prior is MIXTURE:
        np.testing.assert_allclose(found[2], noise, atol=1e-4)
    else:
        np.testing.assert_allclose(found[1], within, atol=1e-4)
        np.testing.assert_allclose(found[2][:, 0], noise[:, 0], atol=1e-3)


@BOTH
def test_latents_of_a_class_take_their_place_in_another(prior):
    labels = np.arange(500) % prior.classes
    first, second = (np.asarray(prior.sample_of(each, 2, (5, 6))) for each in (labels, labels[::-1]))
    moved = np.asarray(prior.with_category(first, labels[::-1]))
    assert (np.abs(moved - second).max(axis=1) < 1e-3).mean() > 0.95
    np.testing.assert_array_equal(prior.locate(moved)[0], labels[::-1])


def test_anything_is_moved_into_the_class():
    far = np.array([[0, 0], [50, 0], [0, -50], [1e-3, -1e-3], [-2.9, 0.1]], "float32")
    for label in range(4):
        np.testing.assert_array_equal(MIXTURE.locate(MIXTURE.with_category(far[1:], np.full(4, label)))[0], label)
        assert np.isfinite(ROLL.with_category(far, np.full(5, label))).all()


@BOTH
def test_paths_are_straight_and_nothing_is_cut_off(prior):
    points = np.array([[1.0, 2.0], [-30.0, 0.5]], "float32")
    np.testing.assert_array_equal(prior.nearest(points), points)
    np.testing.assert_allclose(prior.interpolate(points, -points, 0.25), points / 2)


@BOTH
def test_round_trip(prior):
    again = keras.saving.deserialize_keras_object(json.loads(json.dumps(keras.saving.serialize_keras_object(prior))))
    assert again.get_config() == prior.get_config()
    np.testing.assert_array_equal(again.sample(9, 2, (0, 0)), prior.sample(9, 2, (0, 0)))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: GaussianMixture(1), r"GaussianMixture has 1 part\(s\); it is made of 2 or more"),
        (lambda: GaussianMixture(width=0), "width is 0; it is a positive number"),
        (lambda: SwissRoll(0), r"SwissRoll has 0 part\(s\); it is made of 2 or more"),
        (lambda: SwissRoll(turns=float("nan")), "turns is nan; it is a positive number"),
        (lambda: SwissRoll().sample(3, 4, (0, 0)), "latent_dim is 4; a SwissRoll lies in the plane, make it 2"),
        (lambda: GaussianMixture().sample_of([1, 2], 1, (0, 0)), "latent_dim is 1; a GaussianMixture lies in the"),
        (lambda: GaussianMixture().truncate(np.zeros((1, 2)), 1.0), "GaussianMixture latents cannot be truncated"),
    ],
    ids=["one component", "no width", "no class", "no turns", "four dimensions", "one dimension", "truncated"],
)
def test_arguments_are_checked(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_prior_that_places_nothing_says_so():
    with pytest.raises(NotImplementedError, match="ClassPrior does not say where its parts lie"):
        ClassPrior(2).sample(1, 2, (0, 0))
    with pytest.raises(NotImplementedError, match="ClassPrior does not say in which part a point is"):
        ClassPrior(2).with_category(np.zeros((1, 2)), [0])
