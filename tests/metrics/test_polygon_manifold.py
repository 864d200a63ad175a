import numpy as np
import pytest
import tensorflow as tf
from scipy.spatial.distance import cdist

from tfgen import backend
from tfgen.data.polygons import ROTATIONS, random_draws, rasterise, vertices_of
from tfgen.metrics import PolygonManifold, polygon_manifold, polygon_scores

DRAWS = random_draws(1000, seed=0)
RNG = np.random.default_rng(0)


def triangles(draws, rotation="published"):
    images = rasterise(vertices_of(draws, max_rotation=ROTATIONS[rotation]))
    return images.astype(np.float32) / 127.5 - 1


@pytest.fixture(scope="module")
def manifold():
    return PolygonManifold(DRAWS[:800])


TEST = triangles(DRAWS[800:864])


def pixels(images):
    return (images.reshape(len(images), -1).astype(np.float64) + 1) / 2


def squares(count):
    images = np.ones((count, 28, 28, 1), np.float32)
    for image in images:
        top, left, side = RNG.integers(4, 10), RNG.integers(4, 10), RNG.integers(6, 14)
        image[top : top + side, left : left + side] = -1
    return images


def test_given_triangles_are_on_the_manifold(manifold):
    np.testing.assert_allclose(manifold.distance(triangles(DRAWS[:70])), 0, atol=1e-6)


def test_other_triangles_are_near_it_and_never_farther_than_the_nearest_given(manifold):
    distances = manifold.distance(TEST)
    nearest = cdist(pixels(TEST), pixels(triangles(DRAWS[:800]))).min(axis=1)
    assert (distances <= nearest + 1e-5).all()
    assert np.median(nearest) > 1
    assert np.median(distances) < 0.05
    assert (distances < 0.3).mean() > 0.95


@pytest.mark.parametrize("change", [0.4, 1.0])
def test_what_no_triangle_has_is_the_distance(manifold, change):
    # No triangle reaches the image's corner, so that a grey pixel there is a right angle to the manifold.
    images = triangles(DRAWS[:10])
    images[:, 0, 0] -= 2 * change
    np.testing.assert_allclose(manifold.distance(images), change, atol=1e-3)
    images = TEST.copy()
    images[:, 0, 0] -= 2 * change
    assert np.median(manifold.distance(images)) == pytest.approx(change, abs=0.01)


@pytest.mark.parametrize(
    "images",
    [
        RNG.uniform(-1, 1, TEST.shape),
        np.ones_like(TEST),
        -np.ones_like(TEST),
        -TEST,
        squares(64),
        np.minimum(TEST, np.roll(TEST, 7, axis=0)[:, ::-1]),
    ],
    ids=["noise", "white", "black", "white on black", "squares", "two triangles"],
)
def test_other_images_are_far_from_it(manifold, images):
    assert manifold.distance(images).min() > 1.5


@pytest.mark.parametrize("degrees", [-8, 8])
def test_a_turn_frees_a_corner_at_the_end_of_its_arc(degrees):
    start = np.array([[1.0, 0.5, 0.0, 0.5]])
    turned = start + np.array([0, 0, 0, degrees / 360])
    assert cdist(pixels(triangles(start, "full")), pixels(triangles(turned, "full"))) > 2
    assert PolygonManifold(start, rotation="full").distance(triangles(turned, "full")) < 0.1


def test_the_published_triangles_turn_little():
    # Two corners 10 degrees apart, turned by 50: in the published set they would have to share an arc.
    turned = triangles(np.array([[1.0, 0.0, 0.5, 50 / 360]]), "full")
    assert PolygonManifold(DRAWS[:800]).distance(turned) > 2
    assert PolygonManifold(DRAWS[:800], rotation="full").distance(turned) < 0.3


def test_the_training_set_is_where_it_starts(monkeypatch):
    monkeypatch.setattr(polygon_manifold, "COUNT", 1000)
    monkeypatch.setattr(polygon_manifold, "SPLITS", {"train": slice(0, 800)})
    np.testing.assert_array_equal(PolygonManifold().distance(TEST), PolygonManifold(DRAWS[:800]).distance(TEST))


@pytest.mark.slow
@pytest.mark.parametrize(("rotation", "nearest", "farthest"), [("published", 0.42, 0.16), ("full", 0.54, 0.63)])
def test_documented_distances_of_the_test_set(rotation, nearest, farthest):
    manifold = PolygonManifold(rotation=rotation)
    draws = random_draws(80_000, seed=0)
    images = triangles(draws[60_000:61_024], rotation)
    distances = manifold.distance(images)
    assert np.median(distances) < 0.03
    assert np.percentile(distances, 99) < 0.11
    assert distances.max() < farthest
    found = [
        cdist(pixels(images[:50]), pixels(triangles(part, rotation))).min(axis=1)
        for part in np.split(draws[:60_000], 30)
    ]
    assert np.median(np.min(found, axis=0)) == pytest.approx(nearest, abs=0.1)


def constant(codes):
    return TEST[:1] + 0 * tf.reshape(codes, (-1, 28, 28, 1))


def anything(codes):
    return tf.reshape(codes, (-1, 28, 28, 1))


def latents(n, seed):
    return 0.1 * backend.normal((n, 784), seed)


def scores(manifold, generated, generate):
    return polygon_scores(manifold, generated, TEST[:20], generate, latents, steps=60, learning_rate=0.3, restarts=1)


def test_a_generator_of_everything_has_recall_and_no_precision(manifold):
    noise = RNG.uniform(-1, 1, TEST.shape)
    assert scores(manifold, noise, anything) == (0, 1, 0)


def test_a_generator_of_one_triangle_has_precision_and_no_recall(manifold):
    precision, recall, f1 = scores(manifold, np.repeat(TEST[:1], 10, axis=0), constant)
    assert (precision, recall) == (1, 1 / 20)  # the one test image that it knows
    assert f1 == pytest.approx(2 / 21)


def test_half_noise_is_half_of_the_precision(manifold):
    generated = np.concatenate([TEST[:15], RNG.uniform(-1, 1, TEST[:15].shape)])
    precision, recall, f1 = scores(manifold, generated, anything)
    assert (precision, recall) == (0.5, 1)
    assert f1 == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("draws", "rotation", "sentence"),
    [
        (np.zeros((3, 5)), "full", r"draws have shape \(3, 5\); a triangle is 4 numbers from 0 to 1"),
        (np.full((3, 4), 1.5), "full", "a triangle is 4 numbers from 0 to 1"),
        (np.full((3, 4), np.nan), "full", "a triangle is 4 numbers from 0 to 1"),
        (np.zeros((0, 4)), "full", "a triangle is 4 numbers from 0 to 1"),
        (DRAWS, "half", "polygons has no rotation 'half'; it has: published, full"),
    ],
)
def test_bad_triangles_are_named(draws, rotation, sentence):
    with pytest.raises(ValueError, match=sentence):
        PolygonManifold(draws, rotation=rotation)


def test_bad_images_are_named(manifold):
    with pytest.raises(ValueError, match=r"images have shape \(32, 32, 1\); the triangles are \(28, 28, 1\)"):
        manifold.distance(np.zeros((2, 32, 32, 1)))
    with pytest.raises(ValueError, match="images are uint8"):
        manifold.distance(np.zeros((2, 28, 28, 1), np.uint8))
