"""Noisy images made clean by a model, beside what filters make of them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from tfgen.corruptions.noise import Corruption
from tfgen.data.pictures import from_uint8
from tfgen.latent.generating import compute, needs_labels
from tfgen.metrics.image_inputs import image_batch, image_pair
from tfgen.metrics.reconstruction import peak_signal_to_noise_ratio
from tfgen.metrics.ssim import WINDOW, structural_similarity
from tfgen.models.autoencoder_model import AutoencoderModel
from tfgen.tasks.image_filters import FILTERS, tuned

_BATCH_SIZE = 256
_EVERY = 5
_FEWEST_DIVIDED = 10
# Beyond it nearly all of the noise was cut off, and how wide it was makes no difference.
_CUT_AT_MOST = 4.0

TUNING_IMAGES = 200
"""How many images the filters' settings are chosen on, where there are so many."""


class Pairs(NamedTuple):
    """Images with and without noise.

    Attributes:
        clean: Floats `(n, height, width, channels)` in [-1, 1].
        noisy: The same images with noise, in [-1, 1] too.
    """

    clean: np.ndarray
    noisy: np.ndarray


class Denoised(NamedTuple):
    """What one way of denoising made of images.

    Attributes:
        name: Of the model or the filter; `"noisy"` for the images as they were given.
        images: float32 `(n, height, width, channels)` in [-1, 1].
        psnr: Mean peak signal-to-noise ratio in dB.
        ssim: Mean structural similarity; None for images under 11 pixels a side, where it is not defined.
        settings: A filter's settings, in words.
    """

    name: str
    images: np.ndarray
    psnr: float
    ssim: float | None
    settings: str = ""


def denoise(model: AutoencoderModel, images: np.ndarray) -> np.ndarray:
    """Reconstructs noisy images by a model that learned to give clean ones.

    Args:
        model: A denoising autoencoder, or another, whose code is too narrow for noise.
        images: Noisy, floats `(n, height, width, channels)` in [-1, 1].

    Returns:
        float32 of the same shape, in [-1, 1].

    Raises:
        ValueError: If the model needs labels, or the images are not such or not of its shape.
    """
    _check_told_nothing(model)
    return compute(model, "reconstruct", image_batch(images, "images"), description="denoising images")


def denoised_batches(model: AutoencoderModel, images: np.ndarray) -> Iterator[np.ndarray]:
    """What `denoise` makes of images, batch by batch as it is asked for, so that any number of them fits into memory.

    Args:
        model: As for `denoise`.
        images: uint8 `(n, height, width, channels)`; n may be 0.

    Raises:
        ValueError: As `denoise`, when the first batch is asked for.
    """
    _check_told_nothing(model)
    for start in range(0, len(images), _BATCH_SIZE):
        yield from model.in_batches("reconstruct", from_uint8(images[start : start + _BATCH_SIZE]))


def compare_denoisers(denoised: np.ndarray, measured: Pairs, tuning: Pairs, noise: float) -> list[Denoised]:
    """What a model made of noisy images, and what the filters of `FILTERS` make of them.

    Args:
        denoised: What `denoise` gives for `measured.noisy`.
        measured: What all are measured on.
        tuning: Other images with such noise, on which each filter's settings are chosen for the best PSNR.
        noise: The noise's standard deviation, in units of images in [-1, 1], which is told to the filters. Of Gaussian
            noise, that before the images were cut to their range.

    Returns:
        The noisy images, what the model made of them, and what each filter did.

    Raises:
        ValueError: If the noise is not positive, or if images do not fit to each other.
    """
    if not noise > 0:
        raise ValueError(f"noise is {noise}; the images with and without noise have to differ")
    for name, pairs in (("measured", measured), ("tuning", tuning)):
        image_pair(*pairs, (f"clean {name} images", f"noisy {name} images"))
    image_pair(measured.clean, denoised, ("clean measured images", "denoised images"))

    def row(name: str, images: np.ndarray, settings: str = "") -> Denoised:
        similarity = None
        if min(images.shape[1:3]) >= WINDOW:
            similarity = float(structural_similarity(measured.clean, images).mean())
        ratio = float(peak_signal_to_noise_ratio(measured.clean, images).mean())
        return Denoised(name, images, ratio, similarity, settings)

    rows = [row("noisy", measured.noisy), row("model", denoised)]
    for name, candidate in FILTERS.items():
        chosen = tuned(candidate, *tuning, noise)
        rows.append(row(name, chosen(measured.noisy, noise), str(chosen)))
    return rows


def best_filter(rows: list[Denoised]) -> Denoised:
    """Of the rows of `compare_denoisers`, that of the filter with the best PSNR."""
    return max((row for row in rows if row.name in FILTERS), key=lambda row: row.psnr)


def corrupted(images: np.ndarray, corruption: Corruption, seed: int, draw: int = 0) -> Pairs:
    """Images with and without noise that a corruption draws.

    Args:
        images: Floats `(n, height, width, channels)` in [-1, 1].
        corruption: What damages them.
        seed: The same seed draws the same damage, from 0 to 2**63 - 1.
        draw: Each number from 0 on draws other damage from one seed.
    """
    starts = range(0, len(images), _BATCH_SIZE)
    batches = (
        corruption.corrupt(images[start : start + _BATCH_SIZE], (seed, (draw << 32) + start)) for start in starts
    )
    return Pairs(images, np.concatenate([np.asarray(batch) for batch in batches]))


def noise_level(pairs: Pairs) -> float:
    """Standard deviation of noise before it was cut to [-1, 1], in units of such images; 0 if there is none.

    The most likely one of Gaussian noise. Where it was cut off, it is known only to be as large as that or larger, so
    that the root of the mean square of what is left would be too small. Of other noise it is about that root.
    """
    difference = np.subtract(pairs.noisy, pairs.clean, dtype=np.float64)
    root = float(np.sqrt(np.mean(np.square(difference))))
    if not root:
        return 0.0
    is_cut = np.abs(pairs.noisy) >= 1.0
    count, total = np.count_nonzero(~is_cut), np.sum(np.square(difference[~is_cut]))
    # How far at least, seen in the direction of the end of the range; 0 where the image itself is there.
    least = np.abs(difference[is_cut])

    def unlikeliness(logarithm: float) -> float:
        scale = np.exp(logarithm)
        return count * logarithm + total / (2 * scale**2) - np.sum(norm.logsf(least / scale))

    bounds = np.log(root), np.log(_CUT_AT_MOST * root)
    return float(np.exp(minimize_scalar(unlikeliness, bounds=bounds, method="bounded").x))


def split_for_tuning(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Divides images, where no others are at hand, into those to measure on and those to choose settings on.

    Args:
        count: How many there are.

    Returns:
        Indices of both. Every fifth image is for the settings, or of many fewer, so that folders by class are spread.

    Raises:
        ValueError: If there are fewer than 10.
    """
    if count < _FEWEST_DIVIDED:
        raise ValueError(
            f"the number of images is {count}; give {_FEWEST_DIVIDED} or more, for the filters' settings are chosen "
            "on every fifth of them"
        )
    tuning = np.arange(0, count, max(_EVERY, -(-count // TUNING_IMAGES)))
    return np.setdiff1d(np.arange(count), tuning), tuning


def _check_told_nothing(model: AutoencoderModel) -> None:
    if needs_labels(model, "reconstruct"):
        raise ValueError(f"a {type(model).__name__} is told the class of each image; models that are not can denoise")
