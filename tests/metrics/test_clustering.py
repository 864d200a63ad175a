from itertools import permutations

import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics.cluster import contingency_matrix

from tfgen.metrics import clustering_accuracy

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("clusters", "classes"), [(4, 4), (5, 3), (3, 5)])
def test_against_every_assignment(clusters, classes):
    found, labels = RNG.integers(clusters, size=60), RNG.integers(classes, size=60)
    scores = clustering_accuracy(found, labels)
    # A cluster that stands for a class beyond the last stands for none.
    best = max(
        np.mean(np.array(order)[found] == labels) for order in permutations(range(max(clusters, classes)), clusters)
    )
    assert scores.accuracy == pytest.approx(best)
    assert scores.accuracy == pytest.approx(np.mean(scores.assignment[found] == labels))
    np.testing.assert_array_equal(scores.table, contingency_matrix(found, labels))
    assert (scores.assignment == -1).sum() == max(clusters - classes, 0)


def test_renamed_classes_are_all_found():
    labels = RNG.integers(10, size=200)
    names = RNG.permutation(10)
    scores = clustering_accuracy(tf.constant(names[labels]), labels.astype("uint8"))
    assert (scores.accuracy, scores.standard_error) == (1.0, 0.0)
    np.testing.assert_array_equal(scores.assignment[names], np.arange(10))
    assert type(scores.accuracy) is float


def test_by_hand():
    # Two clusters want class 0; the one with 3 of it gets it.
    scores = clustering_accuracy([0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 1])
    assert scores.accuracy == pytest.approx(4 / 6)
    assert scores.standard_error == pytest.approx(np.sqrt(4 / 6 * 2 / 6 / 6))
    np.testing.assert_array_equal(scores.assignment, [0, 1])
    np.testing.assert_array_equal(scores.table, [[3, 0], [2, 1]])


@pytest.mark.parametrize(
    ("clusters", "labels", "sentence"),
    [
        ([0, 1], [0, 1, 2], r"clusters are int64 of shape \(2,\); give an integer for each of 3 rows"),
        ([0.0, 1.0], [0, 1], r"clusters are float64 of shape \(2,\)"),
        ([0, -1], [0, 1], "clusters and labels are integers from 0 on"),
        ([0, 1], [0.5, 1], r"labels are float64 of shape \(2,\)"),
        (np.zeros(0, int), np.zeros(0, int), "clusters and labels are integers from 0 on, one or more of each"),
    ],
)
def test_what_is_refused(clusters, labels, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        clustering_accuracy(clusters, labels)
