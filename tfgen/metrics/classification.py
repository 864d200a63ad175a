"""How often a classifier is right, and where it is not."""

import math
from typing import Any, NamedTuple

import numpy as np

from tfgen.metrics.inputs import feature_rows


class Classification(NamedTuple):
    """How predictions compare with labels.

    Attributes:
        accuracy: The share of rows whose most probable class is their label.
        standard_error: Of the accuracy, for independent rows: sqrt(accuracy (1 - accuracy) / n).
        recall: The share of each class's rows that are recognised, float64 `(classes,)`; NaN for a class without rows.
        confusion: How many rows of class i are taken for class j, int64 `(classes, classes)`.
    """

    accuracy: float
    standard_error: float
    recall: np.ndarray
    confusion: np.ndarray


def classification_scores(predictions: Any, labels: Any) -> Classification:
    """Scores of a classifier's outputs against labels.

    Args:
        predictions: Probabilities or logits `(n, classes)`, NumPy or TensorFlow; a row stands for its largest class,
            the first of equals.
        labels: Integers `(n,)` from 0 to classes - 1.

    Raises:
        ValueError: If the predictions are not finite rows of at least 2 classes, or the labels not such integers.
    """
    rows = feature_rows(predictions, "predictions")
    classes = rows.shape[1]
    if classes < 2:
        raise ValueError("predictions are 1 wide; give a probability or logit for each of at least 2 classes")
    labels = class_labels(labels, len(rows), "labels")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"labels go from {labels.min()} to {labels.max()}; predictions of {classes} classes "
            f"take labels from 0 to {classes - 1}"
        )
    confusion = np.bincount(labels * classes + rows.argmax(axis=1), minlength=classes**2).reshape(classes, classes)
    hits, totals = np.diag(confusion), confusion.sum(axis=1)
    accuracy = float(hits.sum() / len(rows))
    return Classification(
        accuracy=accuracy,
        standard_error=math.sqrt(accuracy * (1 - accuracy) / len(rows)),
        recall=np.divide(hits, totals, out=np.full(classes, np.nan), where=totals > 0),
        confusion=confusion,
    )


def class_labels(labels: Any, count: int, name: str) -> np.ndarray:
    """Labels as int64 `(count,)`.

    Args:
        labels: Integers, NumPy or TensorFlow.
        count: How many rows they belong to.
        name: What the caller calls them, for the message.

    Raises:
        ValueError: If they are not integers, or not one for each row.
    """
    values = np.asarray(labels)
    if values.shape != (count,) or values.dtype.kind not in "iu":
        raise ValueError(f"{name} are {values.dtype} of shape {values.shape}; give an integer for each of {count} rows")
    return values.astype(np.int64)
