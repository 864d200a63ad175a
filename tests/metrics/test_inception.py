import numpy as np
import pytest
import tensorflow as tf

from tfgen.metrics.inception import inception_score

RNG = np.random.default_rng(0)


def by_loops(rows):
    marginal = [np.mean([row[label] for row in rows]) for label in range(len(rows[0]))]
    divergences = [sum(p * np.log(p / q) for p, q in zip(row, marginal, strict=True) if p > 0) for row in rows]
    return np.exp(np.mean(divergences))


@pytest.mark.parametrize(("n", "splits"), [(20, 1), (20, 10), (23, 4)])
def test_against_loops(n, splits):
    rows = RNG.dirichlet(np.full(6, 0.3), size=n)
    rows[0] = np.eye(6)[2]
    scores = [by_loops(rows[part * n // splits : (part + 1) * n // splits]) for part in range(splits)]
    found = inception_score(rows, splits=splits)
    assert found.value == pytest.approx(np.mean(scores), rel=1e-12)
    assert found.standard_deviation == pytest.approx(np.std(scores), rel=1e-12, abs=1e-15)
    if splits > 1:
        assert found.standard_error == pytest.approx(np.std(scores, ddof=1) / np.sqrt(splits), rel=1e-12)
    else:
        assert np.isnan(found.standard_error)


def test_sure_of_all_classes_in_equal_shares_is_best():
    assert inception_score(np.tile(np.eye(7), (10, 1)), splits=1).value == pytest.approx(7, rel=1e-12)
    assert inception_score(np.tile(np.eye(7), (10, 1)), splits=10) == pytest.approx((7, 0, 0), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("row", [np.full(5, 0.2), np.eye(5)[3]])
def test_images_that_all_look_alike_are_worst(row):
    assert inception_score(np.tile(row, (20, 1))).value == pytest.approx(1, rel=1e-12)


def test_half_of_the_classes():
    assert inception_score(np.tile(np.eye(8)[:4], (5, 1)), splits=1).value == pytest.approx(4, rel=1e-12)


def test_float32_tensors():
    rows = tf.nn.softmax(tf.constant(RNG.normal(size=(100, 1000)).astype("float32")))
    found = inception_score(rows)
    assert found == inception_score(rows.numpy().astype("float64"), splits=10)
    assert all(type(number) is float for number in found)


@pytest.mark.parametrize(
    ("rows", "splits", "sentence"),
    [
        (RNG.normal(size=(20, 3)), 10, "probabilities have rows that are negative or do not sum to 1; give softmax"),
        ([[0.5, 0.4]] * 20, 10, "do not sum to 1"),
        ([[1.5, -0.5]] * 20, 10, "are negative"),
        ([[0.5, np.nan]] * 20, 10, "probabilities have values that are not finite"),
        ([[0.5, 0.5]] * 9, 10, "splits is 10; 9 rows of probabilities can be split into 1 to 9 parts"),
        ([[0.5, 0.5]] * 9, 0, "splits is 0; 9 rows"),
        ([0.5, 0.5], 1, "a score takes real numbers"),
    ],
)
def test_what_are_no_probabilities_is_refused(rows, splits, sentence):
    with pytest.raises(ValueError, match=sentence):
        inception_score(np.array(rows), splits=splits)
