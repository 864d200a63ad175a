"""Real images, damaged in several ways and to several degrees: sets of images whose order of quality is known."""

from collections.abc import Iterator

import numpy as np
from scipy.ndimage import gaussian_filter

BLURS = (0.5, 1.0, 2.0)
NOISES = (0.05, 0.1, 0.2, 0.4)
DROPPED = (0.1, 0.3, 0.5, 0.8)
MOST_SETS = len(BLURS) + len(NOISES) + len(DROPPED) + 2


def damaged_sets(
    images: np.ndarray, labels: np.ndarray | None, count: int, seed: int
) -> Iterator[tuple[str, np.ndarray]]:
    """Sets of real images, each damaged in one way.

    Args:
        images: uint8 `(n, height, width, channels)`, in any order.
        labels: Their classes; without them no classes are dropped.
        count: How many images of each set.
        seed: Of the choice of images, of classes, and of the noise.

    Yields:
        What was done, and `count` images.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(images))
    chosen = images[order[:count]]
    yield "real, not damaged", chosen
    for sigma in BLURS:
        blurred = gaussian_filter(chosen.astype(np.float32), sigma, axes=(1, 2))
        yield f"blurred, sigma {sigma:g} pixels", np.rint(blurred).astype(np.uint8)
    for level in NOISES:
        yield f"noise, {level:.0%} of the range", noisy(chosen, level, random)
    classes = random.permutation(np.unique(labels)) if labels is not None else ()
    for share in DROPPED:
        dropped = round(share * len(classes))
        kept = order[np.isin(labels, classes[dropped:])[order]] if dropped else ()
        if len(kept) >= count:
            yield f"{dropped} of {len(classes)} classes dropped", images[kept[:count]]
    yield "uniform noise alone", random.integers(0, 256, chosen.shape, np.uint8)


def noisy(images: np.ndarray, level: float, random: np.random.Generator) -> np.ndarray:
    """uint8 images with Gaussian noise, whose deviation is a share of the range from black to white."""
    # A batch at a time: the noise of all in float64 would be eight times the images.
    found = np.empty_like(images)
    for start in range(0, len(images), 4096):
        part = images[start : start + 4096]
        found[start : start + 4096] = np.clip(np.rint(part + random.normal(0.0, level * 255, part.shape)), 0, 255)
    return found
