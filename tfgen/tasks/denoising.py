"""Noisy images made clean by a model, beside what filters make of them."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np

from tfgen.corruptions.noise import Corruption
from tfgen.data.pictures import to_uint8, write_png
from tfgen.data.progress import progress
from tfgen.data.writing import check_output
from tfgen.files import atomic_folder
from tfgen.latent.generating import compute, needs_labels
from tfgen.metrics.image_inputs import image_batch, image_pair
from tfgen.metrics.reconstruction import peak_signal_to_noise_ratio
from tfgen.metrics.ssim import WINDOW, structural_similarity
from tfgen.models.autoencoder_model import AutoencoderModel
from tfgen.tasks.image_filters import FILTERS, tuned

_BATCH_SIZE = 256

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
    if needs_labels(model, "reconstruct"):
        raise ValueError(f"a {type(model).__name__} is told the class of each image; models that are not can denoise")
    return compute(model, "reconstruct", image_batch(images, "images"), description="denoising images")


def compare_denoisers(model: AutoencoderModel, measured: Pairs, tuning: Pairs, noise: float) -> list[Denoised]:
    """A model and the filters of `FILTERS` on the same noisy images.

    Args:
        model: As for `denoise`.
        measured: What all are measured on.
        tuning: Other images with such noise, on which each filter's settings are chosen for the best PSNR.
        noise: The noise's standard deviation, in units of images in [-1, 1], which is told to the filters. Of Gaussian
            noise, that before the images were cut to their range.

    Returns:
        The noisy images, what the model made of them, and what each filter did.

    Raises:
        ValueError: If the noise is not positive, or as `denoise`, or if images with and without noise do not fit.
    """
    if not noise > 0:
        raise ValueError(f"noise is {noise}; the images with and without noise have to differ")
    for name, pairs in (("measured", measured), ("tuning", tuning)):
        image_pair(*pairs, (f"clean {name} images", f"noisy {name} images"))

    def row(name: str, images: np.ndarray, settings: str = "") -> Denoised:
        similarity = None
        if min(images.shape[1:3]) >= WINDOW:
            similarity = float(structural_similarity(measured.clean, images).mean())
        ratio = float(peak_signal_to_noise_ratio(measured.clean, images).mean())
        return Denoised(name, images, ratio, similarity, settings)

    rows = [row("noisy", measured.noisy), row("model", denoise(model, measured.noisy))]
    for name, candidate in FILTERS.items():
        chosen = tuned(candidate, *tuning, noise)
        rows.append(row(name, chosen(measured.noisy, noise), str(chosen)))
    return rows


def best_filter(rows: list[Denoised]) -> Denoised:
    """Of the rows of `compare_denoisers`, that of the filter with the best PSNR."""
    return max((row for row in rows if row.name in FILTERS), key=lambda row: row.psnr)


def corrupted(images: np.ndarray, corruption: Corruption, seed: int) -> Pairs:
    """Images with and without noise that a corruption draws.

    Args:
        images: Floats `(n, height, width, channels)` in [-1, 1].
        corruption: What damages them.
        seed: The same seed draws the same damage.
    """
    starts = range(0, len(images), _BATCH_SIZE)
    batches = (corruption.corrupt(images[start : start + _BATCH_SIZE], (seed, start)) for start in starts)
    return Pairs(images, np.concatenate([np.asarray(batch) for batch in batches]))


def noise_level(pairs: Pairs) -> float:
    """Root of the mean squared difference that noise makes, in units of images in [-1, 1]."""
    return float(np.sqrt(np.mean(np.square(pairs.noisy - pairs.clean, dtype=np.float64))))


def split_for_tuning(pairs: Pairs) -> tuple[Pairs, Pairs]:
    """Divides images into those to measure on and, where no others are at hand, the first fifth to choose settings on.

    Raises:
        ValueError: If there are fewer than 2.
    """
    if len(pairs.clean) < 2:
        raise ValueError("there is 1 image; give 2 or more, for the filters' settings are chosen on some of them")
    count = min(TUNING_IMAGES, max(1, len(pairs.clean) // 5))
    return Pairs(*(images[count:] for images in pairs)), Pairs(*(images[:count] for images in pairs))


def write_named_images(images: np.ndarray, names: Sequence[str], folder: Path) -> None:
    """Writes images as PNGs under the names of the files that they were made of, all or none.

    Args:
        images: Floats `(n, height, width, channels)` in [-1, 1].
        names: n paths with `/` between their parts; the suffix becomes .png.
        folder: One that does not exist yet or is empty.

    Raises:
        ValueError: If the folder holds something, two names differ in their suffix alone, or one leads elsewhere.
    """
    targets = [PurePosixPath(name).with_suffix(".png") for name in names]
    if len(set(targets)) < len(targets):
        twice = next(target for target in targets if targets.count(target) > 1)
        raise ValueError(f"two of the images would be written as {twice}; rename one")
    if outside := [name for name in names if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute()]:
        raise ValueError(f"{outside[0]} leads out of the folder; rename it, or unpack the zip")
    check_output(folder)
    with atomic_folder(folder) as partial:
        for image, target in progress(zip(to_uint8(images), targets, strict=True), "writing images", len(targets)):
            write_png(partial / target, image)
