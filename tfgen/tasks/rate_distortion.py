"""What compressed images cost and what is left of them: bits per pixel and peak signal-to-noise ratio."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

_AT_ONCE = 256


class RatePoint(NamedTuple):
    """A compressed set of images.

    Attributes:
        setting: The step or the quality that was asked for; None where there is none.
        size: Bytes of the whole file, its header included.
        bits_per_pixel: The same by pixels; a pixel has one value of each channel.
        psnr: Peak signal-to-noise ratio in dB, of the mean squared error over all pixels and channels of all images.
    """

    setting: float | None
    size: int
    bits_per_pixel: float
    psnr: float


def rate_point(setting: float | None, size: int, images: np.ndarray, decoded: Iterable[np.ndarray]) -> RatePoint:
    """A point of the curve: what a file costs, and how near the images in it are to the ones that it was made of.

    Args:
        setting: What was asked for.
        size: Bytes of the file.
        images: uint8 (n, height, width, channels).
        decoded: As many of the same shape, uint8, in batches.

    Returns:
        The point.
    """
    done = squares = 0
    for batch in decoded:
        for start in range(0, len(batch), _AT_ONCE):
            part = batch[start : start + _AT_ONCE]
            squares += int(np.square(images[done : done + len(part)].astype(np.int64) - part).sum())
            done += len(part)
    error = squares / images.size
    psnr = 10 * math.log10(255**2 / error) if error else math.inf
    return RatePoint(setting, size, 8 * size / math.prod(images.shape[:3]), psnr)
