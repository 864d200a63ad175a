"""Structural similarity of images."""

from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from tfgen.metrics.image_inputs import image_pair, paired_batches

WINDOW = 11
_RADIUS = WINDOW // 2
_SIGMA = 1.5
# (K L)^2 with the paper's K1 and K2, for pixels that span L = 1.
_C1 = 0.01**2
_C2 = 0.03**2


def structural_similarity(images: Any, others: Any) -> np.ndarray:
    """Structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004) of each image to another.

    The paper's Gaussian window of 11 pixels and sigma 1.5, K1 0.01, K2 0.03, weighted covariances, and the mean over
    those places where the window lies wholly in the image; of an RGB image, the mean over its channels. Images are
    shifted to [0, 1] first, for the index is defined on intensities, and a shift changes it. It is computed in float64:
    in float32, as `tf.image.ssim` has it, flat images can be off by 0.0005.

    Args:
        images: Floats `(n, height, width, 1 or 3)` in [-1, 1], NumPy or TensorFlow, of 11 pixels or more a side.
        others: As many of the same size.

    Returns:
        float64 `(n,)`, from -1 to 1; 1 for equal images.

    Raises:
        ValueError: If the two are not such images of one shape, or a side is under 11 pixels.
    """
    pair = image_pair(images, others, ("images", "others"))
    check_window(*pair[0].shape[1:3])
    similarities = []
    for first, second in paired_batches(*pair, "comparing structure"):
        luminance, contrast_structure = similarity_maps((first + 1) / 2, (second + 1) / 2)
        similarities.append((luminance * contrast_structure).mean(axis=(1, 2, 3)))
    return np.concatenate(similarities)


def similarity_maps(images: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two factors of the structural similarity at each place of the window: luminance, contrast and structure.

    Args:
        images: float64 `(n, height, width, channels)` in [0, 1].
        others: As many of the same size.

    Returns:
        Two float64 arrays `(n, height - 10, width - 10, channels)`; the similarity is the mean of their product.
    """
    mean, other_mean = _windowed(images), _windowed(others)
    squares, product = mean**2 + other_mean**2, mean * other_mean
    variances = _windowed(images**2 + others**2) - squares
    covariance = _windowed(images * others) - product
    return (2 * product + _C1) / (squares + _C1), (2 * covariance + _C2) / (variances + _C2)


def check_window(height: int, width: int) -> None:
    """Refuses images that the window does not fit into.

    Raises:
        ValueError: If a side is under 11 pixels.
    """
    if min(height, width) < WINDOW:
        raise ValueError(
            f"images are {height}x{width} pixels; structural similarity looks through a window of {WINDOW}x{WINDOW}, "
            "so take larger ones, or mean_squared_error"
        )


def _windowed(images: np.ndarray) -> np.ndarray:
    # The border, where the window would leave the image, is cut off.
    inside = slice(_RADIUS, -_RADIUS)
    return gaussian_filter(images, _SIGMA, radius=_RADIUS, axes=(1, 2))[:, inside, inside]
