"""What a score of images accepts: finite floats (n, height, width, 1 or 3) in [-1, 1]."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from tfgen.data.progress import progress

# Pixels of one side of a batch of pairs: 8 MiB of float64.
_BATCH_PIXELS = 2**20
# What rounding, in half precision too, may add to a pixel of [-1, 1].
_ROUNDING = 1e-3


def image_batch(images: Any, name: str) -> np.ndarray:
    """Images as a NumPy array of the dtype that they have.

    Args:
        images: Floats `(n, height, width, 1 or 3)` in [-1, 1], NumPy or TensorFlow.
        name: What the caller calls them, for the message.

    Raises:
        ValueError: If they are not such floats, there are none, or they are not all finite and in [-1, 1].
    """
    array = np.asarray(images)
    if array.ndim != 4 or array.shape[-1] not in (1, 3) or array.dtype.kind != "f" or not array.size:
        raise ValueError(
            f"{name} are {array.dtype} of shape {array.shape}; a score of images takes floats (n, height, width, 1 or "
            "3) in [-1, 1] (tfgen.data.pictures.from_uint8 makes them of bytes)"
        )
    low, high = array.min(), array.max()
    # A NaN is neither.
    if not (low >= -1 - _ROUNDING and high <= 1 + _ROUNDING):
        raise ValueError(
            f"{name} reach from {low:.4g} to {high:.4g}; a score of images takes finite values in [-1, 1], "
            "so clip or rescale them"
        )
    return array


def image_pair(images: Any, others: Any, names: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of images of equal shape, each as `image_batch`.

    Raises:
        ValueError: If one is not a set of images, or the shapes differ.
    """
    first, second = image_batch(images, names[0]), image_batch(others, names[1])
    if first.shape != second.shape:
        raise ValueError(f"{names[0]} are {first.shape} and {names[1]} {second.shape}; compare equal numbers and sizes")
    return first, second


def paired_batches(images: np.ndarray, others: np.ndarray, description: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields images and those that they are compared with, as float64, 8 MiB of each at a time."""
    step = max(1, _BATCH_PIXELS // images[0].size)
    starts = range(0, len(images), step)
    for start in progress(starts, description, len(starts)):
        batch = slice(start, start + step)
        yield images[batch].astype(np.float64), others[batch].astype(np.float64)
