import numpy as np
import pytest
from scipy.spatial.distance import cdist

from tfgen.data.pictures import paired_grid
from tfgen.metrics import memorisation_scores, nearest_pairs, neighbours

RNG = np.random.default_rng(0)
TRAINING, HELD_OUT = RNG.normal(size=(400, 6)), RNG.normal(size=(300, 6))


def test_a_generator_of_new_samples():
    scores = memorisation_scores(TRAINING, RNG.normal(size=(300, 6)), HELD_OUT, quantile=0.1)
    assert scores.ratio == pytest.approx(1, abs=0.1)
    assert scores.share_near == pytest.approx(0.1, abs=0.06)
    assert all(type(score) is float for score in scores)


def test_a_generator_that_replays_is_found_out():
    replayed = TRAINING[RNG.integers(400, size=200)]
    scores = memorisation_scores(TRAINING, replayed, HELD_OUT)
    assert (scores.median_generated, scores.ratio, scores.share_near) == (0, 0, 1)
    # And if it adds a little noise.
    scores = memorisation_scores(TRAINING, replayed + 0.01 * RNG.normal(size=replayed.shape), HELD_OUT)
    assert scores.ratio < 0.05
    assert scores.share_near == 1


def test_a_generator_that_replays_sometimes():
    generated = np.concatenate([RNG.normal(size=(150, 6)), TRAINING[:150]])
    scores = memorisation_scores(TRAINING, generated, HELD_OUT)
    assert scores.share_near == pytest.approx(0.5 + 0.05 / 2, abs=0.04)


def test_copies_are_near_even_if_some_held_out_rows_are_copies_too():
    held_out = np.concatenate([HELD_OUT[:80], TRAINING[:20]])
    assert memorisation_scores(TRAINING, TRAINING[:50], held_out).share_near == 1
    assert memorisation_scores(TRAINING, HELD_OUT[:50], held_out).share_near == 0


def test_numbers_against_brute_force(monkeypatch):
    monkeypatch.setattr(neighbours, "_BLOCK", 7 * len(TRAINING))
    generated = RNG.normal(0.2, 0.8, size=(50, 6))
    scores = memorisation_scores(TRAINING, generated, HELD_OUT, quantile=0.3)
    near, far = cdist(generated, TRAINING).min(axis=1), cdist(HELD_OUT, TRAINING).min(axis=1)
    assert scores == pytest.approx(
        (np.median(near), np.median(far), np.median(near) / np.median(far), np.mean(near <= np.quantile(far, 0.3)))
    )


def test_pairs():
    generated = np.concatenate([RNG.normal(size=(20, 6)), TRAINING[[17, 5]], TRAINING[[8]] + 1e-3])
    pairs = nearest_pairs(TRAINING, generated, count=10)
    distances = cdist(generated, TRAINING)
    np.testing.assert_array_equal(pairs.generated[:3], [20, 21, 22])
    np.testing.assert_array_equal(pairs.training[:3], [17, 5, 8])
    np.testing.assert_array_equal(pairs.generated, distances.min(axis=1).argsort(kind="stable")[:10])
    np.testing.assert_array_equal(pairs.training, distances[pairs.generated].argmin(axis=1))
    np.testing.assert_allclose(pairs.distances, np.sort(distances.min(axis=1))[:10], atol=1e-12)
    assert pairs.distances[0] == pairs.distances[1] == 0
    assert len(nearest_pairs(TRAINING, generated).generated) == 8


def test_the_pairs_make_a_picture():
    images = RNG.uniform(-1, 1, size=(12, 4, 5, 3))
    generated = images[[9, 2, 4]]
    pairs = nearest_pairs(images.reshape(12, -1), generated.reshape(3, -1), count=3)
    picture = paired_grid(generated[pairs.generated], images[pairs.training], columns=3)
    assert picture.shape == (2 * 6 + 2, 3 * 7 + 2, 3)
    np.testing.assert_array_equal(picture[2:6], picture[8:12])


@pytest.mark.parametrize("quantile", [0.0, 1.0, float("nan")])
def test_a_quantile_out_of_range(quantile):
    with pytest.raises(ValueError, match=r"quantile is .*; take one between 0 and 1"):
        memorisation_scores(TRAINING, HELD_OUT, HELD_OUT, quantile=quantile)


def test_what_is_refused():
    with pytest.raises(ValueError, match="half of the held-out features equal training ones; hold out images"):
        memorisation_scores(TRAINING, HELD_OUT, TRAINING[:50])
    with pytest.raises(ValueError, match="held-out features are 5 wide and training ones 6; take all from"):
        memorisation_scores(TRAINING, HELD_OUT, HELD_OUT[:, :5])
    with pytest.raises(ValueError, match="generated features are 5 wide and training ones 6"):
        nearest_pairs(TRAINING, HELD_OUT[:, :5])
    with pytest.raises(ValueError, match="generated features have values that are not finite"):
        nearest_pairs(TRAINING, HELD_OUT * np.nan)
    for count in (0, 301):
        with pytest.raises(ValueError, match=f"count is {count}, and there are 300 generated features; take 1 to"):
            nearest_pairs(TRAINING, HELD_OUT, count=count)
