import numpy as np
import pytest
import tensorflow as tf

from tfgen.metrics import anomaly_detection

RNG = np.random.default_rng(0)


def test_closed_cases():
    assert anomaly_detection([1, 2, 3], [4, 5]) == (1.0, 1.0)
    assert anomaly_detection([4, 5, 6, 7], [1]).auroc == 0.0
    assert anomaly_detection([4, 5, 6, 7], [1]).average_precision == pytest.approx(1 / 5)
    assert anomaly_detection([7] * 6, [7] * 2) == (0.5, pytest.approx(2 / 8))


def test_against_their_definitions():
    normal, anomalous = RNG.normal(size=40).round(1), RNG.normal(1, 1, size=30).round(1)
    scores = anomaly_detection(normal, anomalous)
    wins = (anomalous[:, None] > normal).mean() + (anomalous[:, None] == normal).mean() / 2
    assert scores.auroc == pytest.approx(wins)
    average, before = 0.0, 0
    for threshold in sorted({*normal, *anomalous}, reverse=True):
        true, false = (anomalous >= threshold).sum(), (normal >= threshold).sum()
        average += (true - before) / 30 * true / (true + false)
        before = true
    assert scores.average_precision == pytest.approx(average)
    assert all(type(score) is float for score in scores)


def test_tensors():
    assert anomaly_detection(tf.constant([0.0, 1.0]), tf.constant([2.0])) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("normal", "anomalous", "sentence"),
    [
        ([], [1], "normal scores have shape \\(0,\\); give one number for each of at least 1 image"),
        ([1], [], "anomalous scores have shape \\(0,\\)"),
        ([[1, 2]], [1], "normal scores have shape \\(1, 2\\)"),
        ([1, np.nan], [1], "normal scores have values that are not finite; look for NaN"),
        ([1], [np.inf], "anomalous scores have values that are not finite"),
    ],
)
def test_what_is_no_score_is_refused(normal, anomalous, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        anomaly_detection(normal, anomalous)
