"""Structural similarity at several scales, and the diversity of generated images that it measures."""

import math
from typing import Any, NamedTuple

import numpy as np

from tfgen.metrics.image_inputs import image_batch, image_pair, paired_batches
from tfgen.metrics.ssim import WINDOW, check_window, similarity_maps

# The exponents that Wang et al. found by experiment, the finest scale first.
_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


class MultiScaleDiversity(NamedTuple):
    """How alike generated images are to each other: the lower, the more diverse.

    Attributes:
        mean: Mean MS-SSIM of the pairs, from 0 to 1.
        standard_error: Of that mean.
        pairs: How many there were.
        levels: Scales of the MS-SSIM; values of different numbers of levels do not compare.
    """

    mean: float
    standard_error: float
    pairs: int
    levels: int


def ms_ssim_levels(height: int, width: int) -> int:
    """At how many scales images of a size are compared: as many, up to 5, as leave the window's 11 pixels a side.

    2 levels from 22 pixels on (28 and 32 too), 3 from 44, 4 from 88, and the paper's 5 from 176.

    Raises:
        ValueError: If a side is under 11 pixels.
    """
    check_window(height, width)
    return min(len(_WEIGHTS), 1 + int(math.log2(min(height, width) / WINDOW)))


def multiscale_structural_similarity(images: Any, others: Any) -> np.ndarray:
    """Multi-scale structural similarity (Wang, Simoncelli and Bovik 2003) of each image to another.

    The contrast and structure of every scale, and at the coarsest the luminance too, each to the power of the scale's
    weight; a scale is the one before it, averaged over 2x2 pixels. The paper has 5 scales, with weights whose sum is 1.
    Smaller images have `ms_ssim_levels`, with the first as many weights divided by their sum: 28x28 and 32x32 have 2
    with 0.136 and 0.864. A negative mean of a scale counts as 0; the mean is taken over the channels. Everything
    else is as in `structural_similarity`.

    Args:
        images: Floats `(n, height, width, 1 or 3)` in [-1, 1], NumPy or TensorFlow, of 11 pixels or more a side.
        others: As many of the same size.

    Returns:
        float64 `(n,)`, from 0 to 1; 1 for equal images.

    Raises:
        ValueError: If the two are not such images of one shape, or a side is under 11 pixels.
    """
    pair = image_pair(images, others, ("images", "others"))
    weights = np.array(_WEIGHTS[: ms_ssim_levels(*pair[0].shape[1:3])])
    weights /= weights.sum()
    batches = paired_batches(*pair, "comparing structure at several scales")
    return np.concatenate([_similarity((first + 1) / 2, (second + 1) / 2, weights) for first, second in batches])


def ms_ssim_diversity(images: Any, *, pairs: int = 100, seed: int = 0) -> MultiScaleDiversity:
    """Mean MS-SSIM of random pairs of generated images (Odena et al. 2017, arXiv 1610.09585).

    The paper takes 100 pairs of images of one class; pairs across classes are less alike whatever the generator does.
    No image is in two pairs, so that the pairs are independent and their standard error is that of the generator.

    Args:
        images: Floats `(n, height, width, 1 or 3)` in [-1, 1], NumPy or TensorFlow, of 11 pixels or more a side.
        pairs: How many; 2 or more, and at most n / 2.
        seed: Draws the pairs.

    Raises:
        ValueError: If these are not such images, a side is under 11 pixels, or they are too few for the pairs.
    """
    images = image_batch(images, "images")
    if not 2 <= pairs <= len(images) // 2:
        raise ValueError(
            f"pairs is {pairs}; {len(images)} images make 2 to {len(images) // 2} pairs without an image twice"
        )
    first, second = np.random.default_rng(seed).permutation(len(images))[: 2 * pairs].reshape(2, pairs)
    similarities = multiscale_structural_similarity(images[first], images[second])
    return MultiScaleDiversity(
        mean=float(similarities.mean()),
        standard_error=float(similarities.std(ddof=1) / math.sqrt(pairs)),
        pairs=pairs,
        levels=ms_ssim_levels(*images.shape[1:3]),
    )


def _similarity(images: np.ndarray, others: np.ndarray, weights: np.ndarray) -> np.ndarray:
    similarity = 1.0
    for weight in weights[:-1]:
        _, contrast_structure = similarity_maps(images, others)
        similarity = similarity * np.maximum(contrast_structure.mean(axis=(1, 2)), 0) ** weight
        images, others = _halved(images), _halved(others)
    luminance, contrast_structure = similarity_maps(images, others)
    similarity = similarity * np.maximum((luminance * contrast_structure).mean(axis=(1, 2)), 0) ** weights[-1]
    return similarity.mean(axis=-1)


def _halved(images: np.ndarray) -> np.ndarray:
    # The last row or column of an odd number is averaged with itself, as the authors' code does.
    n, height, width, channels = images.shape
    padded = np.pad(images, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="symmetric")
    return padded.reshape(n, (height + 1) // 2, 2, (width + 1) // 2, 2, channels).mean(axis=(2, 4))
