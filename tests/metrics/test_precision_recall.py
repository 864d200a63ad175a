import numpy as np
import pytest
import tensorflow as tf

from tfgen.metrics import improved_precision_recall

RNG = np.random.default_rng(0)
CENTRES = 20.0 * np.eye(4)


def mixture(n, modes, noise=1.0):
    return CENTRES[np.arange(n) % modes] + noise * RNG.normal(size=(n, 4))


def by_loops(reference, generated, k):
    def on_manifold(point, rows):
        for row in rows:
            to_others = sorted(np.linalg.norm(other - row) for other in rows)
            if np.linalg.norm(point - row) <= to_others[k]:
                return 1
        return 0

    precision = sum(on_manifold(point, reference) for point in generated) / len(generated)
    return precision, sum(on_manifold(point, generated) for point in reference) / len(reference)


@pytest.mark.parametrize("k", [1, 3])
def test_against_loops(k):
    reference, generated = RNG.normal(size=(25, 3)), RNG.normal(0.8, 0.7, size=(20, 3))
    scores = improved_precision_recall(reference, generated, k=k)
    assert scores == pytest.approx(by_loops(reference, generated, k))
    assert scores.precision != scores.recall


def test_3_neighbours_by_default():
    reference, generated = RNG.normal(size=(40, 3)), RNG.normal(0.8, 0.7, size=(30, 3))
    assert improved_precision_recall(reference, generated) == improved_precision_recall(reference, generated, k=3)
    assert improved_precision_recall(reference, generated) != improved_precision_recall(reference, generated, k=4)


def test_dropped_modes_cost_recall_and_not_precision():
    precision, recall = improved_precision_recall(mixture(400, 4), mixture(400, 2))
    assert precision > 0.8
    assert recall == pytest.approx(0.45, abs=0.06)
    assert recall <= 0.5


def test_noise_costs_precision():
    # A quarter of the samples is where no data is.
    noisy = np.concatenate([mixture(300, 4), RNG.normal(-50, 1, size=(100, 4))])
    precision, recall = improved_precision_recall(mixture(400, 4), noisy)
    assert precision <= 0.75
    assert recall > 0.8
    blurred = improved_precision_recall(mixture(400, 4), mixture(400, 4, noise=4.0))
    assert blurred.precision < 0.3
    assert blurred.recall > 0.8


def test_100_and_0_percent_by_construction():
    line = np.arange(10.0)[:, None]
    # Every sample between two data points; the ten data points reach far beyond the three samples' balls.
    precision, recall = improved_precision_recall(line, np.array([[4.4], [4.5], [4.6]]), k=1)
    assert (precision, recall) == (1.0, 0.0)
    precision, recall = improved_precision_recall(np.array([[4.4], [4.5], [4.6]]), line, k=1)
    assert (precision, recall) == (0.0, 1.0)
    assert improved_precision_recall(line, line.copy()) == (1.0, 1.0)
    assert improved_precision_recall(line, line + 100) == (0.0, 0.0)


def test_replayed_duplicates_have_full_precision():
    rows = np.repeat(RNG.normal(size=(5, 3)), 4, axis=0)
    assert improved_precision_recall(rows, rows[:8], k=3) == (1.0, pytest.approx(8 / 20))


def test_tensors_of_float32():
    rows = RNG.normal(size=(2, 30, 3)).astype("float32")
    scores = improved_precision_recall(tf.constant(rows[0]), tf.constant(rows[1]))
    assert scores == improved_precision_recall(*rows.astype("float64"))
    assert all(type(score) is float for score in scores)


def test_k_must_fit_both_sets():
    with pytest.raises(ValueError, match="k is 3, and each of 3 rows has 2 neighbours"):
        improved_precision_recall(np.eye(5), np.eye(5)[:3])
    with pytest.raises(ValueError, match="reference features are 2 wide"):
        improved_precision_recall(np.zeros((9, 2)), np.zeros((9, 3)))
