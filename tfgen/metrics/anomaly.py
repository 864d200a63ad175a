"""How well a score tells anomalous images from normal ones, over all thresholds."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score


class AnomalyDetection(NamedTuple):
    """Threshold-free scores of a detector, each from 0 to 1.

    Attributes:
        auroc: Area under the ROC curve: how probably an anomalous image scores higher than a normal one, ties counting
            half. 0.5 by chance.
        average_precision: Mean precision over the recall steps, anomalous images being the positives. By chance the
            share of anomalous images, so it compares only among tests with the same share.
    """

    auroc: float
    average_precision: float


def anomaly_detection(normal_scores: Any, anomalous_scores: Any) -> AnomalyDetection:
    """AUROC and average precision of anomaly scores.

    Args:
        normal_scores: The scores of normal images `(n,)`, higher meaning more anomalous, for example a model's
            reconstruction errors; NumPy or TensorFlow.
        anomalous_scores: The scores of anomalous images `(m,)`.

    Raises:
        ValueError: If either is empty, not one-dimensional, or not finite.
    """
    normal, anomalous = _scores(normal_scores, "normal"), _scores(anomalous_scores, "anomalous")
    is_anomalous = np.repeat([0, 1], [len(normal), len(anomalous)])
    scores = np.concatenate([normal, anomalous])
    return AnomalyDetection(
        float(roc_auc_score(is_anomalous, scores)), float(average_precision_score(is_anomalous, scores))
    )


def _scores(scores: Any, name: str) -> np.ndarray:
    values = np.asarray(scores, np.float64)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"{name} scores have shape {values.shape}; give one number for each of at least 1 image")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} scores have values that are not finite; look for NaN in the images or the network")
    return values
