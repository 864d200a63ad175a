import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

from tfgen.metrics import classification_scores

RNG = np.random.default_rng(0)


def test_against_scikit_learn():
    logits, labels = RNG.normal(size=(200, 5)), RNG.integers(5, size=200)
    logits[np.arange(200), labels] += RNG.uniform(0, 4, size=200)
    scores = classification_scores(logits, labels)
    predicted = logits.argmax(axis=1)
    assert scores.accuracy == accuracy_score(labels, predicted)
    np.testing.assert_allclose(scores.recall, recall_score(labels, predicted, average=None))
    np.testing.assert_array_equal(scores.confusion, confusion_matrix(labels, predicted))
    assert scores.confusion.dtype == np.int64


def test_by_hand():
    scores = classification_scores([[0.9, 0.1, 0], [0.2, 0.5, 0.3], [0.6, 0.4, 0], [0.9, 0, 0.1]], [0, 1, 1, 0])
    assert scores.accuracy == 0.75
    assert scores.standard_error == pytest.approx(np.sqrt(0.75 * 0.25 / 4))
    np.testing.assert_array_equal(scores.recall, [1, 0.5, np.nan])
    # Rows are labels, columns predictions.
    np.testing.assert_array_equal(scores.confusion, [[2, 0, 0], [1, 1, 0], [0, 0, 0]])


def test_the_standard_error_is_that_of_repeated_samples():
    rates, errors = zip(
        *(
            classification_scores(np.eye(2)[(RNG.random(100) < 0.3).astype(int)], np.zeros(100, int))[:2]
            for _ in range(400)
        ),
        strict=True,
    )
    assert np.mean(errors) == pytest.approx(np.std(rates), rel=0.15)


def test_always_right():
    scores = classification_scores(tf.constant(np.eye(3), "float32"), tf.constant([0, 1, 2], "uint8"))
    assert (scores.accuracy, scores.standard_error) == (1.0, 0.0)
    assert type(scores.accuracy) is type(scores.standard_error) is float


@pytest.mark.parametrize(
    ("predictions", "labels", "sentence"),
    [
        (np.eye(3), [0, 1], "labels are int64 of shape \\(2,\\); give an integer for each of 3 rows"),
        (np.eye(3), [0.0, 1.0, 2.0], "labels are float64 of shape \\(3,\\); give an integer"),
        (np.eye(3), np.eye(3, dtype=int), "labels are int64 of shape \\(3, 3\\)"),
        (np.eye(3), [0, 1, 3], "labels go from 0 to 3; predictions of 3 classes take labels from 0 to 2"),
        (np.eye(3), [0, 1, -1], "labels go from -1 to 1"),
        (np.ones((3, 1)), [0, 0, 0], "predictions are 1 wide"),
        ([[np.nan, 1], [0, 1]], [0, 1], "predictions have values that are not finite"),
    ],
)
def test_what_is_refused(predictions, labels, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        classification_scores(predictions, labels)
