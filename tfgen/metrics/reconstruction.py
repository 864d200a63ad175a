"""How far reconstructions are from their images: mean squared error, and the same as a signal-to-noise ratio."""

from typing import Any

import numpy as np

from tfgen.metrics.image_inputs import image_pair, paired_batches

_PEAK_TO_PEAK = 2.0


def mean_squared_error(images: Any, reconstructions: Any) -> np.ndarray:
    """Mean squared error of each image over its pixels and channels, on the scale of [-1, 1].

    The same pixels in [0, 1] would give a quarter of it.

    Args:
        images: Floats `(n, height, width, 1 or 3)` in [-1, 1], NumPy or TensorFlow.
        reconstructions: As many of the same size.

    Returns:
        float64 `(n,)`, from 0 to 4.

    Raises:
        ValueError: If the two are not such images of one shape.
    """
    pair = image_pair(images, reconstructions, ("images", "reconstructions"))
    batches = paired_batches(*pair, "measuring reconstructions")
    return np.concatenate([np.square(first - second).mean(axis=(1, 2, 3)) for first, second in batches])


def peak_signal_to_noise_ratio(images: Any, reconstructions: Any) -> np.ndarray:
    """Peak signal-to-noise ratio (PSNR) of each image in dB: 10 log10(4 / MSE), as pixels span 2 from -1 to 1.

    It does not depend on the scale of the pixels, so that published values compare. A mean over images is taken of
    these values, and is not the PSNR of the mean error.

    Args:
        images: Floats `(n, height, width, 1 or 3)` in [-1, 1], NumPy or TensorFlow.
        reconstructions: As many of the same size.

    Returns:
        float64 `(n,)`, 0 or more; infinite where a reconstruction equals its image.

    Raises:
        ValueError: If the two are not such images of one shape.
    """
    with np.errstate(divide="ignore"):
        return 10.0 * np.log10(_PEAK_TO_PEAK**2 / mean_squared_error(images, reconstructions))
