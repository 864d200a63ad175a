"""What a score accepts: finite float64 rows, at least two of them, of equal width."""

from typing import Any

import numpy as np


def feature_rows(features: Any, name: str) -> np.ndarray:
    """Features as float64 `(n, d)`.

    Args:
        features: `(n, d)`, NumPy or TensorFlow, of any real dtype.
        name: What the caller calls them, for the message.

    Returns:
        float64 `(n, d)`; the array itself if it is one already.

    Raises:
        ValueError: If they are not two-dimensional, fewer than 2, or not all finite.
    """
    rows = np.asarray(features)
    if rows.ndim != 2 or rows.shape[1] < 1 or rows.dtype.kind not in "fiu":
        raise ValueError(f"{name} are {rows.dtype} of shape {rows.shape}; a score takes real numbers (n, features)")
    rows = rows.astype(np.float64, copy=False)
    if len(rows) < 2:
        raise ValueError(f"{name} are {len(rows)} row(s); a score of a distribution needs 2 or more")
    if not np.isfinite(rows).all():
        raise ValueError(f"{name} have values that are not finite; look for NaN in the images or the network")
    return rows


def feature_pair(reference: Any, generated: Any) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of features of equal width, each as `feature_rows`.

    Raises:
        ValueError: If one is not a set of features, or the widths differ.
    """
    pair = feature_rows(reference, "reference features"), feature_rows(generated, "generated features")
    if pair[0].shape[1] != pair[1].shape[1]:
        raise ValueError(
            f"reference features are {pair[0].shape[1]} wide and generated ones {pair[1].shape[1]}; "
            "take both from the same layer of the same network"
        )
    return pair
