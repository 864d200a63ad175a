"""Inception Score: whether a classifier is sure of each image, and finds all classes in equal shares."""

from typing import Any, NamedTuple

import numpy as np
from scipy.special import rel_entr

from tfgen.metrics.inputs import feature_rows


class ScoreOverSplits(NamedTuple):
    """A score that was computed on parts of the images.

    Attributes:
        value: The mean over the parts.
        standard_deviation: The deviation over the parts, divided by their number: what papers print after ±.
        standard_error: That of the mean, as the parts are independent; NaN for one part.
    """

    value: float
    standard_deviation: float
    standard_error: float


def inception_score(probabilities: Any, *, splits: int = 10) -> ScoreOverSplits:
    """The exponential of the mean KL divergence from p(y) to p(y|x) (Salimans et al. 2016, arXiv 1606.03498).

    It is between 1 and the number of classes, and grows with the number of images in a part: the authors use 10 parts
    of 5,000, each a run of successive images, as here.

    Args:
        probabilities: Class probabilities of generated images `(n, classes)`, NumPy or TensorFlow, in random order.
        splits: How many parts.

    Raises:
        ValueError: If these are no probabilities that sum to 1 in each row, to 1e-3, or fewer rows than parts.
    """
    rows = feature_rows(probabilities, "probabilities")
    if (rows < 0).any() or not np.allclose(rows.sum(axis=1), 1, rtol=0, atol=1e-3):
        raise ValueError(
            "probabilities have rows that are negative or do not sum to 1; give softmax outputs, not logits"
        )
    if not 1 <= splits <= len(rows):
        raise ValueError(
            f"splits is {splits}; {len(rows)} rows of probabilities can be split into 1 to {len(rows)} parts"
        )
    n = len(rows)
    scores = [_score(rows[part * n // splits : (part + 1) * n // splits]) for part in range(splits)]
    error = np.std(scores, ddof=1) / np.sqrt(splits) if splits > 1 else np.nan
    return ScoreOverSplits(float(np.mean(scores)), float(np.std(scores)), float(error))


def _score(rows: np.ndarray) -> float:
    return np.exp(rel_entr(rows, rows.mean(axis=0)).sum(axis=1).mean())
