"""How well clusters that were found without labels are the classes."""

import math
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from tfgen.metrics.classification import class_labels


class Clustering(NamedTuple):
    """How clusters compare with classes.

    Attributes:
        accuracy: The share of rows whose cluster stands for their class.
        standard_error: Of the accuracy, for independent rows and this assignment: sqrt(accuracy (1 - accuracy) / n).
        assignment: The class that each cluster stands for, int64 `(clusters,)`; -1 for clusters without one.
        table: How many rows of cluster i are of class j, int64 `(clusters, classes)`.
    """

    accuracy: float
    standard_error: float
    assignment: np.ndarray
    table: np.ndarray


def clustering_accuracy(clusters: Any, labels: Any) -> Clustering:
    """Accuracy of clusters under the assignment to classes that makes it largest (Xie et al. 2016, arXiv 1511.06335).

    Each cluster stands for one class at most, and each class is stood for by one cluster at most; rows of clusters that
    are left over count as wrong. The assignment is made on the rows that are scored, as papers on clustering do it, so
    random clusters of few rows score above chance.

    Args:
        clusters: Integers `(n,)` from 0 on.
        labels: Integers `(n,)` from 0 on, the classes.

    Raises:
        ValueError: If there are no rows, or one is not an integer from 0 on for each row.
    """
    count = len(np.atleast_1d(labels))
    clusters, labels = class_labels(clusters, count, "clusters"), class_labels(labels, count, "labels")
    if count == 0 or min(clusters.min(), labels.min()) < 0:
        raise ValueError(
            "clusters and labels are integers from 0 on, one or more of each; some are negative or none is"
        )
    classes = labels.max() + 1
    shape = (clusters.max() + 1, classes)
    table = np.bincount(clusters * classes + labels, minlength=math.prod(shape)).reshape(shape)
    chosen = linear_sum_assignment(table, maximize=True)
    accuracy = float(table[chosen].sum() / count)
    assignment = np.full(shape[0], -1, np.int64)
    assignment[chosen[0]] = chosen[1]
    return Clustering(accuracy, math.sqrt(accuracy * (1 - accuracy) / count), assignment, table)
