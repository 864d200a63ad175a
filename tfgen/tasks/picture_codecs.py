"""JPEG and WebP as Pillow has them, for sets of small images: what learned compression is compared with.

Each file's own header would outweigh a small image. The images are tiled into mosaics therefore, as large as the codec
takes them, so that they share headers and tables. Mosaics are made of the images as they are, and of images whose right
and bottom edges are repeated up to multiples of 8 or 16 pixels, so that no block lies in two images; the better counts.
"""

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from tfgen.data.image_set import ImageSet
from tfgen.data.progress import progress
from tfgen.tasks.rate_distortion import RatePoint, rate_point

# WebP takes pictures of up to 16,383 pixels a side.
_LONGEST_SIDE = 16_383
_BLOCKS = (1, 8, 16)
_SMALLEST = "smallest possible"


@dataclass(frozen=True)
class Codec:
    """A way to write pictures.

    Attributes:
        name: What it and Pillow call it.
        qualities: From the smallest files to the largest.
        options: Pillow's further arguments, in alternatives with equal pixels, of which the smallest file counts.
    """

    name: str
    qualities: range
    options: tuple[Mapping[str, Any], ...]


JPEG = Codec("JPEG", range(1, 101), ({"optimize": True}, {"optimize": True, "progressive": True}))
WEBP = Codec("WebP", range(101), ({"method": 6},))
CODECS = (JPEG, WEBP)


class AtSize(NamedTuple):
    """What a codec makes of images in a given number of bytes.

    Attributes:
        point: Its quality, size and PSNR.
        block: Sides of tiles are multiples of this number of pixels; 1 where no edge is repeated.
        bound: Empty, or `"smallest possible"` or `"largest possible"` if no quality gives that number of bytes.
    """

    point: RatePoint
    block: int
    bound: str


def at_size(codec: Codec, images: ImageSet, size: int) -> AtSize:
    """Images by a codec in as many bytes: by the lowest quality whose files are not smaller.

    Args:
        codec: `JPEG` or `WEBP`.
        images: The images.
        size: Bytes.

    Returns:
        Of the tilings that can be so small, the one with the highest PSNR; if none can, the smallest.
    """
    found = [_at_size(codec, images, size, block) for block in _blocks(images)]
    small_enough = [each for each in found if each.bound != _SMALLEST]
    if small_enough:
        return max(small_enough, key=lambda each: each.point.psnr)
    return min(found, key=lambda each: each.point.size)


def curve(codec: Codec, images: ImageSet, qualities: Sequence[int]) -> list[RatePoint]:
    """Bits per pixel and PSNR of a codec by its quality.

    Args:
        codec: `JPEG` or `WEBP`.
        images: The images.
        qualities: Those to try.

    Returns:
        A point for each quality, of the tiling that makes the smaller file.
    """
    tilings = [list(_mosaics(images.images, block)) for block in _blocks(images)]
    points = []
    for quality in progress(qualities, f"trying {codec.name}", len(qualities)):
        tried = [(mosaics, _files(codec, mosaics, quality)) for mosaics in tilings]
        points.append(_point(images, quality, *min(tried, key=lambda each: _size(each[1]))))
    return points


class _Mosaic(NamedTuple):
    pixels: np.ndarray
    tile: tuple[int, int]
    count: int


def _at_size(codec: Codec, images: ImageSet, size: int, block: int) -> AtSize:
    mosaics = list(_mosaics(images.images, block))
    # Files of quality `low` are smaller, those of `high` are not. The lowest first: often not even that is smaller.
    low, high, index = -1, len(codec.qualities), 0
    trials, files = 1 + high.bit_length(), {}
    for _ in progress(range(trials), f"looking for the quality of {codec.name}", trials):
        files[index] = _files(codec, mosaics, codec.qualities[index])
        low, high = (index, high) if _size(files[index]) < size else (low, index)
        if high - low == 1:
            break
        index = (low + high) // 2
    bound = ""
    if high == 0 and _size(files[0]) > size:
        bound = _SMALLEST
    elif high == len(codec.qualities):
        high, bound = low, "largest possible"
    return AtSize(_point(images, codec.qualities[high], mosaics, files[high]), block, bound)


def _point(images: ImageSet, quality: int, mosaics: Sequence[_Mosaic], files: Sequence[bytes]) -> RatePoint:
    decoded = (_tiles(file, mosaic, images.image_shape) for file, mosaic in zip(files, mosaics, strict=True))
    return rate_point(quality, _size(files), images.images, decoded)


def _size(files: Sequence[bytes]) -> int:
    return sum(map(len, files))


def _blocks(images: ImageSet) -> list[int]:
    """The blocks that make a difference to these images."""
    tiles = {}
    for block in _BLOCKS:
        tiles.setdefault(_tile(images.image_shape, block), block)
    return list(tiles.values())


def _tile(image_shape: Sequence[int], block: int) -> tuple[int, int]:
    height, width = (-(-side // block) * block for side in image_shape[:2])
    return height, width


def _mosaics(images: np.ndarray, block: int) -> Iterator[_Mosaic]:
    height, width = _tile(images.shape[1:], block)
    columns = min(math.ceil(math.sqrt(len(images))), _LONGEST_SIDE // width)
    most = columns * (_LONGEST_SIDE // height)
    for start in range(0, len(images), most):
        part = images[start : start + most]
        below, right = height - images.shape[1], width - images.shape[2]
        tiles = np.pad(part, ((0, 0), (0, below), (0, right), (0, 0)), mode="edge")
        # Black where the last row is not full.
        tiles = np.pad(tiles, ((0, -len(part) % columns), (0, 0), (0, 0), (0, 0)))
        rows = len(tiles) // columns
        pixels = tiles.reshape(rows, columns, height, width, -1).swapaxes(1, 2)
        yield _Mosaic(pixels.reshape(rows * height, columns * width, -1), (height, width), len(part))


def _files(codec: Codec, mosaics: Sequence[_Mosaic], quality: int) -> list[bytes]:
    return [
        min((_file(codec, mosaic.pixels, quality, options) for options in codec.options), key=len) for mosaic in mosaics
    ]


def _file(codec: Codec, pixels: np.ndarray, quality: int, options: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(
        buffer, codec.name, quality=quality, **options
    )
    return buffer.getvalue()


def _tiles(file: bytes, mosaic: _Mosaic, image_shape: Sequence[int]) -> np.ndarray:
    """The images of a mosaic, uint8 (n, height, width, channels), as they come back from its file."""
    image_height, image_width, channels = image_shape
    with Image.open(io.BytesIO(file)) as image:
        pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"))
    (height, width), count = mosaic.tile, mosaic.count
    tiles = pixels.reshape(pixels.shape[0] // height, height, pixels.shape[1] // width, width, channels)
    return tiles.swapaxes(1, 2).reshape(-1, height, width, channels)[:count, :image_height, :image_width]
