"""Sliced Wasserstein distance between the patches of two sets of images, at each scale of a Laplacian pyramid."""

from typing import Any, NamedTuple

import numpy as np
from scipy import ndimage

from tfgen.data.progress import progress

_PATCH = 7
_PATCHES_PER_IMAGE = 128
_SMALLEST_LEVEL = 16
# The paper's 4 repeats of 128.
_DIRECTIONS = 512
# Projections are sorted for as many directions at a time.
_AT_A_TIME = 16
# Deviations below float32's resolution of an image are rounding.
_NO_DEVIATION = 1e-6


class SlicedWasserstein(NamedTuple):
    """Distances between patches.

    Attributes:
        value: The mean over the levels.
        levels: For each level, by the height of its images, the largest first, its distance.
    """

    value: float
    levels: dict[int, float]


def sliced_wasserstein_distance(reference: Any, generated: Any, *, seed: int = 0) -> SlicedWasserstein:
    """Sliced Wasserstein distance on Laplacian pyramids (Karras et al. 2018, arXiv 1710.10196).

    A level holds the details that the next, of half the size, lacks; the last level is what remains of the image. Of
    each image at each level 128 patches of 7 x 7 pixels are drawn. Over all patches of a set, each channel is brought
    to mean 0 and deviation 1 (a channel without deviation to 0), then patches are projected on 512 random directions,
    and the distance is the mean over directions of the Wasserstein-1 distances between the projections.

    Levels go down to 16 pixels: 64, 32 and 16 for images of 64; only 28, the image itself, for images of 28. The paper
    prints these distances times 1,000, of 16,384 images.

    It takes about 75 kB of memory for each image of a set and channel. Patches and projections are float32, as images
    are; means are taken in float64.

    Args:
        reference: Real images, `(n, height, width, channels)` in [-1, 1], NumPy or TensorFlow.
        generated: As many generated images, of the same shape.
        seed: Of `numpy.random.default_rng`, which draws the patches and directions: for each level the rows and columns
            where the reference's patches begin, those of the generated, the directions.

    Raises:
        ValueError: If these are not two sets of finite images of the same shape, of 7 pixels at least.
    """
    reference, generated = _images(reference, "reference images"), _images(generated, "generated images")
    if reference.shape != generated.shape:
        raise ValueError(
            f"reference images have shape {reference.shape} and generated images {generated.shape}; "
            "give as many of one as of the other, of the same size"
        )
    rng = np.random.default_rng(seed)
    levels = {}
    for real, fake in zip(_laplacian_pyramid(reference), _laplacian_pyramid(generated), strict=True):
        levels[real.shape[1]] = _level_distance(_descriptors(real, rng), _descriptors(fake, rng), rng, real.shape[1])
    return SlicedWasserstein(float(np.mean(list(levels.values()))), levels)


def _images(images: Any, name: str) -> np.ndarray:
    images = np.asarray(images)
    if images.ndim != 4 or 0 in images.shape or min(images.shape[1:3]) < _PATCH or images.dtype.kind not in "fiu":
        raise ValueError(
            f"{name} are {images.dtype} of shape {images.shape}; give numbers (n, height, width, channels) "
            f"of {_PATCH} x {_PATCH} pixels or more"
        )
    images = images.astype(np.float32, copy=False)
    if not np.isfinite(images).all():
        raise ValueError(f"{name} have values that are not finite; did the training diverge?")
    return images


def _laplacian_pyramid(images: np.ndarray) -> list[np.ndarray]:
    levels = [images]
    while min(levels[-1].shape[1:3]) >= 2 * _SMALLEST_LEVEL - 1:
        half = _blur(levels[-1])[:, ::2, ::2]
        spread = np.zeros_like(levels[-1])
        spread[:, ::2, ::2] = 4 * half
        levels[-1] = levels[-1] - _blur(spread)
        levels.append(half)
    return levels


def _blur(images: np.ndarray) -> np.ndarray:
    for axis in (1, 2):
        images = ndimage.correlate1d(images, np.array([1, 4, 6, 4, 1]) / 16, axis=axis, mode="mirror")
    return images


def _descriptors(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Normalised random patches of each image: float32 `(patches, channels * 49)`."""
    n, height, width, channels = images.shape
    rows = rng.integers(height - _PATCH + 1, size=(n, _PATCHES_PER_IMAGE))
    columns = rng.integers(width - _PATCH + 1, size=(n, _PATCHES_PER_IMAGE))
    windows = np.lib.stride_tricks.sliding_window_view(images, (_PATCH, _PATCH), axis=(1, 2))
    patches = windows[np.arange(n)[:, None], rows, columns].reshape(n * _PATCHES_PER_IMAGE, channels, _PATCH * _PATCH)
    patches -= patches.mean(axis=(0, 2), dtype=np.float64, keepdims=True)
    deviation = np.sqrt(np.square(patches).mean(axis=(0, 2), dtype=np.float64, keepdims=True))
    patches *= np.divide(1, deviation, where=deviation > _NO_DEVIATION, out=np.zeros_like(deviation))
    return patches.reshape(len(patches), -1)


def _level_distance(reference: np.ndarray, generated: np.ndarray, rng: np.random.Generator, height: int) -> float:
    directions = rng.standard_normal((_DIRECTIONS, reference.shape[1]))
    directions = (directions / np.linalg.norm(directions, axis=1, keepdims=True)).astype(np.float32)
    blocks = np.split(directions, _DIRECTIONS // _AT_A_TIME)
    distances = [
        # The sorted projections of two sets of one size are matched in order.
        np.abs(np.sort(block @ reference.T) - np.sort(block @ generated.T)).mean(dtype=np.float64)
        for block in progress(blocks, f"Projecting patches at {height} pixels", len(blocks))
    ]
    return float(np.mean(distances))
