"""What a linear classifier makes of features: how much of the classes they have brought out."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from tfgen.data.progress import progress
from tfgen.metrics.classification import class_labels
from tfgen.metrics.inputs import feature_rows

# scikit-learn's C, the inverse strength of the L2 penalty, from strong to weak.
_CANDIDATES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
_HELD_OUT = 0.2


class LinearProbe(NamedTuple):
    """How well a linear classifier reads classes off features.

    Attributes:
        accuracy: The share of test rows that it recognises.
        c: The inverse strength of its L2 penalty (scikit-learn's C), as the validation rows chose it.
    """

    accuracy: float
    c: float


def linear_probe(
    train_features: Any, train_labels: Any, test_features: Any, test_labels: Any, *, seed: int = 0
) -> LinearProbe:
    """Test accuracy of multinomial logistic regression on features that stay as they are.

    Radford et al. 2015 (DCGAN, arXiv 1511.06434) judge a discriminator's features so, by an L2-regularised linear SVM.
    Here every feature is brought to mean 0 and variance 1 by the training rows. The L2 penalty's C is that of 0.0001,
    0.001, ..., 10 which does best on a fifth of the training rows, drawn in proportion to the classes, the smallest
    of equals; with it the classifier is fitted once more to all training rows. The test rows choose nothing.

    Args:
        train_features: `(n, d)`, NumPy or TensorFlow, of any real dtype.
        train_labels: Integers `(n,)`, at least 2 classes with at least 5 rows each.
        test_features: `(m, d)`.
        test_labels: Integers `(m,)`.
        seed: Draws the fifth; the same seed gives the same result.

    Raises:
        ValueError: If the features are not two sets of one width, or the labels not such integers.
    """
    train = feature_rows(train_features, "training features")
    test = feature_rows(test_features, "test features")
    if train.shape[1] != test.shape[1]:
        raise ValueError(
            f"training features are {train.shape[1]} wide and test ones {test.shape[1]}; "
            "take both from the same layer of the same network"
        )
    train_labels = class_labels(train_labels, len(train), "training labels")
    test_labels = class_labels(test_labels, len(test), "test labels")
    _, counts = np.unique(train_labels, return_counts=True)
    if len(counts) < 2 or counts.min() < 5:
        raise ValueError(
            f"training labels have {len(counts)} class(es), the smallest of {counts.min()} row(s); "
            "give at least 2 classes with at least 5 rows each"
        )
    fitted, held_out, fitted_labels, held_out_labels = train_test_split(
        train, train_labels, test_size=_HELD_OUT, stratify=train_labels, random_state=seed
    )
    scores = {
        c: _classifier(c).fit(fitted, fitted_labels).score(held_out, held_out_labels)
        for c in progress(_CANDIDATES, "fitting linear classifiers", len(_CANDIDATES))
    }
    best = max(_CANDIDATES, key=scores.__getitem__)
    return LinearProbe(float(_classifier(best).fit(train, train_labels).score(test, test_labels)), best)


def _classifier(c: float) -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=1000))
