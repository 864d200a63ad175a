"""What compressed images cost and what is left of them: bits per pixel and peak signal-to-noise ratio."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tfgen.data.image_set import ImageSet
from tfgen.data.pictures import to_uint8
from tfgen.data.progress import progress
from tfgen.tasks.code_files import pack, unpack
from tfgen.tasks.compression import (
    BATCH_SIZE,
    code_file,
    decompress,
    encode_images,
    measured_sensitivities,
    quantised,
)

if TYPE_CHECKING:
    from tfgen.models.autoencoder_model import AutoencoderModel


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
        for start in range(0, len(batch), BATCH_SIZE):
            part = batch[start : start + BATCH_SIZE]
            squares += int(np.square(images[done : done + len(part)].astype(np.int64) - part).sum())
            done += len(part)
    error = squares / images.size
    psnr = 10 * math.log10(255**2 / error) if error else math.inf
    return RatePoint(setting, size, 8 * size / math.prod(images.shape[:3]), psnr)


def measured_point(model: "AutoencoderModel", data: bytes, images: ImageSet) -> RatePoint:
    """The point of a file that `compress` made of these images, by what it decodes to."""
    file = unpack(data)
    batches = progress(decompress(model, file), "Decoding images", -(-len(images) // BATCH_SIZE))
    return rate_point(file.step, len(data), images.images, map(to_uint8, batches))


def rate_distortion(
    model: "AutoencoderModel", images: ImageSet, steps: Sequence[float], *, name: str = "model"
) -> list[RatePoint]:
    """The curve of an autoencoder: files of the same images by different steps, written and read back in memory.

    Args:
        model: What encodes and decodes.
        images: Images of the model's shape.
        steps: As for `compress`; of a model whose codes are whole numbers there is one point, whatever they are.
        name: What the files call the model.

    Returns:
        A point for each step.

    Raises:
        ValueError: As for `compress`.
    """
    codes = encode_images(model, images)
    if np.issubdtype(codes.dtype, np.integer):
        files = [code_file(model, codes, name)]
    else:
        sensitivities = measured_sensitivities(model, codes)
        files = (code_file(model, quantised(codes, step, sensitivities), name, step, sensitivities) for step in steps)
    return [measured_point(model, pack(file), images) for file in files]
