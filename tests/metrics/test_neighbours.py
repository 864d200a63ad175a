import time

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from tfgen.metrics import neighbours
from tfgen.metrics.neighbours import ball_counts, squared_distances, squared_radii

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(40, 7)), RNG.normal(0.3, 1.2, size=(55, 7))


def whole(rows, others):
    return np.concatenate([distances for _, distances in squared_distances(rows, others)])


def test_distances():
    np.testing.assert_allclose(whole(A, B), cdist(A, B, "sqeuclidean"), rtol=1e-12)


def test_blocks_join_to_the_whole(monkeypatch):
    expected = whole(A, B)
    monkeypatch.setattr(neighbours, "_BLOCK", 3 * len(B))
    blocks = list(squared_distances(A, B))
    assert [len(distances) for _, distances in blocks] == [3] * 13 + [1]
    assert np.concatenate([np.arange(40)[block] for block, _ in blocks]).tolist() == list(range(40))
    np.testing.assert_allclose(np.concatenate([distances for _, distances in blocks]), expected, rtol=1e-12)
    monkeypatch.setattr(neighbours, "_BLOCK", 1)
    np.testing.assert_allclose(whole(A, B), expected, rtol=1e-12)


@pytest.mark.parametrize("origin", [0.0, 1e3, 1e8])
def test_equal_rows_are_at_distance_0(origin):
    rows = RNG.normal(size=(30, 2048)) + origin
    distances = whole(rows, np.concatenate([RNG.normal(size=(20, 2048)), rows[::-1]]))[:, 20:]
    assert np.array_equal(distances == 0, np.eye(30, dtype=bool)[:, ::-1])
    assert not whole(np.full((3, 5), origin), np.full((4, 5), origin)).any()


@pytest.mark.parametrize("origin", [0.0, 1e4])
@pytest.mark.parametrize("gap", [1e-9, 1e-6, 1e-4, 1e-3, 3e-3, 1e-1])
def test_close_rows_keep_their_digits(gap, origin):
    rows = RNG.normal(size=(30, 2048)) + origin
    nearby = rows + gap * RNG.normal(size=rows.shape)
    others = np.concatenate([RNG.normal(size=(20, 2048)) + origin, nearby])
    np.testing.assert_allclose(whole(rows, others)[:, 20:], cdist(rows, nearby, "sqeuclidean"), rtol=1e-9)


def test_a_collapsed_generator_is_no_slower():
    rows = np.concatenate([np.repeat(RNG.normal(size=(3, 2048)), 500, axis=0), RNG.normal(size=(10, 2048))])
    began = time.process_time()
    distances = whole(rows, rows)
    collapsed, began = time.process_time() - began, time.process_time()
    np.testing.assert_allclose(distances[::100, ::100], cdist(rows[::100], rows[::100], "sqeuclidean"), rtol=1e-12)
    whole(*RNG.normal(size=(2, 1510, 2048)))
    assert collapsed < 5 * (time.process_time() - began)


def test_far_from_the_origin_few_digits_are_lost_to_begin_with(monkeypatch):
    monkeypatch.setattr(neighbours, "_CLOSE", 0.0)
    np.testing.assert_allclose(whole(A + 1e6, B + 1e6), cdist(A + 1e6, B + 1e6, "sqeuclidean"), rtol=1e-9)


def test_tight_cluster_far_from_the_other_rows():
    cluster = np.array([1e6, 0.0]) + 1e-3 * RNG.normal(size=(20, 2))
    rows = np.concatenate([RNG.normal(size=(20, 2)), cluster])
    np.testing.assert_allclose(whole(rows, rows), cdist(rows, rows, "sqeuclidean"), rtol=1e-9)


def test_radii():
    ordered = np.sort(cdist(A, A, "sqeuclidean"), axis=1)
    radii = squared_radii(A, [5, 1, 39])
    assert sorted(radii) == [1, 5, 39]
    for k in radii:
        np.testing.assert_allclose(radii[k], ordered[:, k], rtol=2e-9)


def test_radii_of_duplicates():
    radii = squared_radii(np.array([[1.0, 2], [1, 2], [1, 2], [4, 6]]), [1, 2, 3])
    np.testing.assert_array_equal(radii[1][:3], 0)
    np.testing.assert_array_equal(radii[2][:3], 0)
    np.testing.assert_allclose(radii[3], 25, rtol=1e-8)
    np.testing.assert_allclose(radii[1][3], 25, rtol=1e-8)


@pytest.mark.parametrize("k", [0, -1, 40])
def test_k_out_of_range(k):
    with pytest.raises(ValueError, match=f"^k is {k}, and each of 40 rows has 39 neighbours; take a k from 1 to that"):
        squared_radii(A, [3, k])


def test_counts_against_loops(monkeypatch):
    monkeypatch.setattr(neighbours, "_BLOCK", 7 * len(B))
    around_a, around_b = ball_counts(A, B, [2, 4], [3])
    assert (list(around_a), list(around_b)) == ([2, 4], [3])
    for centres, points, k, counts in [(A, B, 2, around_a[2]), (A, B, 4, around_a[4]), (B, A, 3, around_b[3])]:
        inside = np.zeros((len(centres), len(points)), int)
        for i, centre in enumerate(centres):
            radius = sorted(np.linalg.norm(other - centre) for other in centres)[k]
            for j, point in enumerate(points):
                inside[i, j] = np.linalg.norm(point - centre) <= radius
        np.testing.assert_array_equal(counts.points_in_ball, inside.sum(axis=1))
        np.testing.assert_array_equal(counts.balls_around_point, inside.sum(axis=0))


def test_a_copy_of_the_neighbour_on_the_boundary_lies_inside(monkeypatch):
    rows = RNG.normal(size=(200, 2048))
    for block in (200, 7):  # The blocks' shapes change the rounding.
        monkeypatch.setattr(neighbours, "_BLOCK", block * 200)
        around, _ = ball_counts(rows, rows[::-1].copy(), [5])
        np.testing.assert_array_equal(around[5].points_in_ball, 6)


def test_duplicates_lie_in_balls_of_radius_0():
    around, _ = ball_counts(np.array([[0.1, 0.2]] * 3 + [[5, 5]]), np.array([[0.1, 0.2], [0.1, 0.3]]), [2])
    np.testing.assert_array_equal(around[2].points_in_ball[:3], 1)
    np.testing.assert_array_equal(around[2].balls_around_point, [4, 1])


def test_each_distance_is_measured_once(monkeypatch):
    pairs = []
    monkeypatch.setattr(
        neighbours,
        "squared_distances",
        lambda rows, others: pairs.append((len(rows), len(others))) or squared_distances(rows, others),
    )
    ball_counts(A, B, [3, 5], [3])
    assert pairs == [(40, 40), (55, 55), (40, 55)]
    pairs.clear()
    ball_counts(A, B, [5])
    assert pairs == [(40, 40), (40, 55)]
