import numpy as np
import pytest
from scipy.ndimage import convolve
from scipy.spatial.distance import cdist
from skimage.measure import points_in_poly

from tfgen import data
from tfgen.data import polygons
from tfgen.data.polygons import ARC_DEGREES, ROTATIONS, random_draws, random_vertices, rasterise, vertices_of


def published_recipe(count, seed=0):
    """The published recipe, one triangle after the other, every sample tested: float (count, 28, 28), white is 1."""
    random = np.random.RandomState(seed)
    samples = np.stack(np.mgrid[0:224, 0:224], axis=-1).reshape(-1, 2)
    images = []
    for _ in range(count):
        degrees = [third * 120 + 10 + random.rand() * 110 for third in range(3)]
        corners = (np.array([[np.cos(np.radians(d)), np.sin(np.radians(d))] for d in degrees]) + 1) / 2
        theta = np.radians(random.rand() * 2 * np.pi)
        corners = corners @ np.array([[np.cos(theta), -np.sin(theta)], [np.sin(theta), np.cos(theta)]]) * 21
        corners += 14 - corners.mean(axis=0)
        outside = ~points_in_poly(samples, corners * 8).reshape(224, 224)
        images.append(convolve(outside.astype(float), np.ones((8, 8)), mode="constant", cval=1.0)[::8, ::8] / 64)
    return np.array(images)[random.permutation(count)]


def draw(count, rotation="published", seed=0):
    return rasterise(random_vertices(count, max_rotation=ROTATIONS[rotation], seed=seed))


def test_equals_the_published_recipe():
    expected = published_recipe(20)
    assert np.abs(draw(20)[..., 0] / 255 - expected).max() < 0.5001 / 255


def test_statistics_of_the_published_set():
    images = draw(3000)[..., 0] / 255
    assert images.mean() == pytest.approx(0.867, abs=1e-3)
    flat = images.reshape(len(images), -1)
    distances = cdist(flat[2500:], flat[:2500])
    assert np.median(distances) == pytest.approx(8.1, abs=0.1)
    nearest = distances.min(axis=1)
    assert np.median(nearest) == pytest.approx(1.15, abs=0.1)
    assert np.percentile(nearest, 5) == pytest.approx(0.46, abs=0.15)


def test_black_area_is_the_triangles():
    vertices = random_vertices(50, max_rotation=2 * np.pi, seed=1)
    (x0, y0), (x1, y1), (x2, y2) = np.moveaxis(vertices, 0, -1)
    area = np.abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2
    black = (1 - rasterise(vertices)[..., 0] / 255).sum(axis=(1, 2))
    np.testing.assert_allclose(black, area, atol=0.7)


def direction(vertices):
    """Direction of each triangle's first edge, in radians."""
    edges = np.roll(vertices, -1, axis=1) - vertices
    return np.arctan2(edges[..., 1], edges[..., 0])[:, 0]


def test_published_rotation_is_at_most_two_pi_degrees():
    still = random_vertices(500, max_rotation=0.0, seed=3)
    for rotation, limit in (("published", np.radians(6.2832)), ("full", 2 * np.pi)):
        turned = random_vertices(500, max_rotation=ROTATIONS[rotation], seed=3)
        angle = np.mod(direction(still) - direction(turned), 2 * np.pi)
        assert angle.max() <= limit
        assert angle.max() > 0.95 * limit


def test_the_draws_are_those_of_the_triangles():
    draws = random_draws(500, seed=3)
    assert draws.shape == (500, 4)
    assert 0 <= draws.min() < 0.01 < 0.99 < draws.max() < 1
    for limit in ROTATIONS.values():
        expected = random_vertices(500, max_rotation=limit, seed=3)
        np.testing.assert_array_equal(vertices_of(draws, max_rotation=limit), expected)
        # One triangle out of many is the same to the last bit or two.
        np.testing.assert_allclose(vertices_of(draws[7:8], max_rotation=limit), expected[7:8], rtol=1e-14)


def test_a_turn_is_the_same_way_along_the_circle_for_each_corner():
    draws = random_draws(50, seed=4)
    turned = draws + 10 / np.array([ARC_DEGREES, ARC_DEGREES, ARC_DEGREES, 360])
    corners = (vertices_of(each, max_rotation=2 * np.pi) for each in (draws, turned))
    np.testing.assert_allclose(*corners, rtol=1e-12)


def test_loads_splits_and_caches(monkeypatch):
    monkeypatch.setattr(polygons, "COUNT", 1200)
    monkeypatch.setattr(polygons, "SPLITS", {"train": slice(0, 1000), "holdout": slice(1000, 1200)})
    train, holdout = data.load_images("polygons"), data.load_images("polygons", "holdout")
    assert train.images.shape == (1000, 28, 28, 1)
    assert isinstance(train.images, np.memmap)
    np.testing.assert_array_equal(np.concatenate([train.images, holdout.images]), draw(1200))
    full = data.load_images("polygons", "holdout", rotation="full", image_size=32)
    assert full.images.shape == (200, 32, 32, 1)
    assert full.origin == "polygons drawn with seed 0, rotation full"


def test_unknown_rotation():
    with pytest.raises(ValueError, match="no rotation 'none'; it has: published, full"):
        data.load_images("polygons", rotation="none")
