import numpy as np
import pytest
from scipy.spatial.distance import cdist

from tfgen.data.pictures import paired_grid
from tfgen.metrics import memorisation, memorisation_scores, nearest_pairs, nearest_training, neighbours

RNG = np.random.default_rng(0)
TRAINING, HELD_OUT = RNG.normal(size=(400, 6)), RNG.normal(size=(300, 6))


def scores_of(generated, held_out=HELD_OUT, **options):
    return memorisation_scores(nearest_training(TRAINING, generated), nearest_training(TRAINING, held_out), **options)


def test_a_generator_of_new_samples():
    scores = scores_of(RNG.normal(size=(300, 6)), quantile=0.1)
    assert scores.ratio == pytest.approx(1, abs=0.1)
    assert scores.share_near == pytest.approx(0.1, abs=0.06)
    assert all(type(score) is float for score in scores)


def test_a_generator_that_replays_is_found_out():
    replayed = TRAINING[RNG.integers(400, size=200)]
    scores = scores_of(replayed)
    assert (scores.median_generated, scores.ratio, scores.share_near) == (0, 0, 1)
    # And if it adds a little noise.
    scores = scores_of(replayed + 0.01 * RNG.normal(size=replayed.shape))
    assert scores.ratio < 0.05
    assert scores.share_near == 1


def test_a_generator_that_replays_sometimes():
    generated = np.concatenate([RNG.normal(size=(150, 6)), TRAINING[:150]])
    scores = scores_of(generated)
    assert scores.share_near == pytest.approx(0.5 + 0.05 / 2, abs=0.04)


def test_copies_are_near_even_if_some_held_out_rows_are_copies_too():
    held_out = np.concatenate([HELD_OUT[:80], TRAINING[:20]])
    assert scores_of(TRAINING[:50], held_out).share_near == 1
    assert scores_of(HELD_OUT[:50], held_out).share_near == 0


def test_numbers_against_brute_force(monkeypatch):
    monkeypatch.setattr(neighbours, "_BLOCK", 7 * len(TRAINING))
    generated = RNG.normal(0.2, 0.8, size=(50, 6))
    scores = scores_of(generated, quantile=0.3)
    near, far = cdist(generated, TRAINING).min(axis=1), cdist(HELD_OUT, TRAINING).min(axis=1)
    assert scores == pytest.approx(
        (np.median(near), np.median(far), np.median(near) / np.median(far), np.mean(near <= np.quantile(far, 0.3)))
    )


def test_pairs():
    generated = np.concatenate([RNG.normal(size=(20, 6)), TRAINING[[17, 5]], TRAINING[[8]] + 1e-3])
    pairs = nearest_pairs(nearest_training(TRAINING, generated), count=10)
    distances = cdist(generated, TRAINING)
    np.testing.assert_array_equal(pairs.generated[:3], [20, 21, 22])
    np.testing.assert_array_equal(pairs.training[:3], [17, 5, 8])
    np.testing.assert_array_equal(pairs.generated, distances.min(axis=1).argsort(kind="stable")[:10])
    np.testing.assert_array_equal(pairs.training, distances[pairs.generated].argmin(axis=1))
    np.testing.assert_allclose(pairs.distances, np.sort(distances.min(axis=1))[:10], atol=1e-12)
    assert pairs.distances[0] == pairs.distances[1] == 0
    assert len(nearest_pairs(nearest_training(TRAINING, generated)).generated) == 8


def test_scores_and_pairs_are_of_distances_that_are_measured_once(monkeypatch):
    measured = []
    squared_distances = neighbours.squared_distances
    monkeypatch.setattr(
        memorisation, "squared_distances", lambda *rows: measured.append(len(rows[0])) or squared_distances(*rows)
    )
    generated, held_out = nearest_training(TRAINING, HELD_OUT[:90]), nearest_training(TRAINING, HELD_OUT[90:])
    scores, pairs = memorisation_scores(generated, held_out), nearest_pairs(generated, count=90)
    assert measured == [90, 210]
    assert scores.median_generated == np.median(pairs.distances)
    assert (generated.indices.dtype, generated.distances.dtype) == (np.int64, np.float64)


def test_the_pairs_make_a_picture():
    images = RNG.uniform(-1, 1, size=(12, 4, 5, 3))
    generated = images[[9, 2, 4]]
    pairs = nearest_pairs(nearest_training(images.reshape(12, -1), generated.reshape(3, -1)), count=3)
    picture = paired_grid(generated[pairs.generated], images[pairs.training], columns=3)
    assert picture.shape == (2 * 6 + 2, 3 * 7 + 2, 3)
    np.testing.assert_array_equal(picture[2:6], picture[8:12])


@pytest.mark.parametrize("quantile", [0.0, 1.0, float("nan")])
def test_a_quantile_out_of_range(quantile):
    with pytest.raises(ValueError, match=r"quantile is .*; take one between 0 and 1"):
        scores_of(HELD_OUT, quantile=quantile)


def test_what_is_refused():
    with pytest.raises(ValueError, match="half of the held-out features equal training ones; hold out images"):
        scores_of(HELD_OUT, TRAINING[:50])
    with pytest.raises(ValueError, match="features are 5 wide and training ones 6; take all from"):
        nearest_training(TRAINING, HELD_OUT[:, :5])
    with pytest.raises(ValueError, match="features have values that are not finite"):
        nearest_training(TRAINING, HELD_OUT * np.nan)
    for count in (0, 301):
        with pytest.raises(ValueError, match=f"count is {count}, and there are 300 generated features; take 1 to"):
            nearest_pairs(nearest_training(TRAINING, HELD_OUT), count=count)
