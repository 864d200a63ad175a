"""Resizing as published scores do it: TensorFlow 1's bilinear, and clean-fid's antialiased bicubic."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from keras import ops


def tf1_bilinear(images: Any, size: tuple[int, int]) -> Any:
    """Bilinear resizing of TensorFlow 1 (`resize_bilinear`), by which FID and the Inception Score were published.

    Pixel i lies at i, not at i + 1/2, so the image moves a little up and left; nothing is smoothed before it is made
    smaller, so it aliases. Both are part of the published scores.

    Args:
        images: Floats `(n, height, width, channels)`.
        size: The new height and width.

    Returns:
        float32 `(n, *size, channels)`.
    """
    return _resize(images, size, bilinear_weights)


def clean_bicubic(images: Any, size: tuple[int, int]) -> Any:
    """Antialiased bicubic resizing of clean-fid (Parmar et al. 2022, arXiv 2104.11222): Pillow's, on float channels.

    Args:
        images: Floats `(n, height, width, channels)` in [0, 255].
        size: The new height and width.

    Returns:
        float32 `(n, *size, channels)`, clipped to [0, 255], beyond which a cubic overshoots.
    """
    return ops.clip(_resize(images, size, bicubic_weights), 0.0, 255.0)


RESIZERS: dict[str, Callable[[Any, tuple[int, int]], Any]] = {
    "tf1_bilinear": tf1_bilinear,
    "clean_bicubic": clean_bicubic,
}


@cache
def bilinear_weights(inputs: int, outputs: int) -> np.ndarray:
    """What each of `inputs` pixels adds to each of `outputs`, float64 `(outputs, inputs)`, rows summing to 1."""
    # In float32, as TensorFlow has them: float64 ones move a large image by a hundredth of a grey level.
    positions = np.arange(outputs, dtype=np.float32) * (np.float32(inputs) / np.float32(outputs))
    lower = np.floor(positions).astype(int)
    upper = np.minimum(lower + 1, inputs - 1)
    fraction = positions.astype(np.float64) - lower
    weights = np.zeros((outputs, inputs))
    rows = np.arange(outputs)
    np.add.at(weights, (rows, lower), 1.0 - fraction)
    np.add.at(weights, (rows, upper), fraction)
    return weights


@cache
def bicubic_weights(inputs: int, outputs: int) -> np.ndarray:
    """As `bilinear_weights`, of a cubic (a = -1/2, Keys 1981) that is widened where the image gets smaller."""
    scale = inputs / outputs
    centres = (np.arange(outputs) + 0.5) * scale
    distances = np.abs(np.arange(inputs) + 0.5 - centres[:, None]) / max(scale, 1.0)
    near = (1.5 * distances - 2.5) * distances**2 + 1.0
    far = ((-0.5 * distances + 2.5) * distances - 4.0) * distances + 2.0
    weights = np.where(distances < 1.0, near, np.where(distances < 2.0, far, 0.0))
    return weights / weights.sum(axis=1, keepdims=True)


def _resize(images: Any, size: tuple[int, int], weights: Callable[[int, int], np.ndarray]) -> Any:
    images = ops.cast(images, "float32")
    rows, columns = (
        ops.convert_to_tensor(weights(inputs, outputs), "float32")
        for inputs, outputs in zip(images.shape[1:3], size, strict=True)
    )
    return ops.einsum("yh,nhwc,xw->nyxc", rows, images, columns)
