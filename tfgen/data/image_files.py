"""The image files in a folder or a zip, and how to decode them all into one array."""

import hashlib
import itertools
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import tensorflow as tf

from tfgen.data.cache import cached_arrays
from tfgen.data.options import pipeline_options
from tfgen.data.progress import progress
from tfgen.data.resizing import fit_images

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif")

_CHUNK = 256
_KINDS = {1: "grey", 3: "coloured"}


@dataclass(frozen=True)
class ImageFiles:
    """The image files in a folder or a zip.

    Attributes:
        path: The folder or the zip.
        names: The files' paths in it, sorted, with `/` between their parts.
        read: Gives a file's bytes by its name; threads may call it at once.
        fingerprint: Changes whenever a file is added, removed or written anew.
    """

    path: Path
    names: tuple[str, ...]
    read: Callable[[str], bytes]
    fingerprint: str


def open_image_files(path: str | Path) -> ImageFiles:
    """Lists the images in a folder or a zip, at any depth; hidden files, `__MACOSX` and `Thumbs.db` are passed over.

    Raises:
        FileNotFoundError: If there is nothing at that path.
        ValueError: If it is neither a folder nor a readable zip, holds no image, or holds a file of another kind.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; give a folder or a zip of images")
    if path.is_dir():
        return _open_folder(path)
    if path.suffix.lower() in SUFFIXES:
        raise ValueError(f"{path} is one image; put it into a folder, and give that folder")
    return _open_zip(path)


def decode_images(
    files: ImageFiles, names: Sequence[str], *, crop: int | None = None, image_size: int | None = None
) -> np.ndarray:
    """Decodes, crops and resizes images; the result is cached.

    Args:
        files: Where the images are.
        names: Which of them, in the order of the result.
        crop: Side of the centred square to keep before resizing; None keeps all.
        image_size: Height and width of the result; None keeps the size, which has to be the same for all.

    Returns:
        uint8 `(N, H, W, C)`, C 1 if all are grey and 3 if all are coloured.

    Raises:
        ValueError: If a file is damaged or does not fit with the others; the message names the first such file.
    """
    key = (str(files.path.resolve()), files.fingerprint, tuple(names), crop, image_size)
    return cached_arrays(key, lambda: _decoded_chunks(files, names, crop, image_size))["images"]


def image_shape(files: ImageFiles, name: str) -> tuple[int, int, int]:
    """Height, width and channels of one of the files."""
    return _decode(files, name).shape


def _decoded_chunks(
    files: ImageFiles, names: Sequence[str], crop: int | None, image_size: int | None
) -> Iterator[dict[str, np.ndarray]]:
    height, width, channels = image_shape(files, names[0])
    if channels not in _KINDS:
        raise ValueError(f"{_place(files, names[0])} is partly transparent; save it as RGB or as grey")
    expected = (height, width, channels) if image_size is None else (None, None, channels)

    def prepared(index: tf.Tensor) -> tf.Tensor:
        data = tf.numpy_function(lambda chosen: files.read(names[chosen]), [index], tf.string)
        image = tf.ensure_shape(_pixels(data), expected)
        if crop is not None:
            tf.debugging.assert_greater_equal(tf.reduce_min(tf.shape(image)[:2]), crop)
        return fit_images(image, crop=crop, image_size=image_size)

    images = tf.data.Dataset.range(len(names)).map(prepared, num_parallel_calls=os.cpu_count())
    images = images.with_options(pipeline_options()).as_numpy_iterator()
    decoded = progress(images, f"Decoding {files.path.name}", len(names))
    done = 0
    try:
        while chunk := list(itertools.islice(decoded, _CHUNK)):
            done += len(chunk)
            yield {"images": np.stack(chunk)}
    except tf.errors.OpError as error:
        raise _first_fault(files, names[done:], expected, crop) from error


def _first_fault(
    files: ImageFiles, names: Sequence[str], expected: tuple[int | None, int | None, int], crop: int | None
) -> ValueError:
    """What is wrong with the first of these files that cannot be used."""
    for name in names:
        try:
            shape = _decode(files, name).shape
        except ValueError as error:
            return error
        place = _place(files, name)
        if shape[-1] != expected[-1]:
            kind = _KINDS.get(shape[-1], "partly transparent")
            return ValueError(
                f"{place} is {kind}, but the images before it are {_KINDS[expected[-1]]}; save all of them as one kind"
            )
        if expected[0] is not None and shape != expected:
            return ValueError(
                f"{place} is {shape[0]}x{shape[1]} (height, width), but the images before it are "
                f"{expected[0]}x{expected[1]}; bring all to one size, by image_size in Python or --resize of a command"
            )
        if crop is not None and min(shape[:2]) < crop:
            return ValueError(
                f"{place} is {shape[0]}x{shape[1]}, too small to be cropped to {crop}; leave the crop out"
            )
    return ValueError(f"the images in {files.path} changed while they were read; try again")


def _decode(files: ImageFiles, name: str) -> np.ndarray:
    try:
        return _pixels(files.read(name)).numpy()
    except (tf.errors.OpError, OSError, zipfile.BadZipFile, zlib.error) as error:
        # TensorFlow says around it which of its functions it was.
        reason = re.sub(r"\{\{.*?\}\} | \[Op:.*", "", str(error).partition("\n")[0])
        raise ValueError(f"{_place(files, name)} cannot be decoded ({reason}); replace or remove it") from error


def _pixels(data: tf.Tensor) -> tf.Tensor:
    # As most other decoders take it; TensorFlow's faster default differs from them by a few grey levels.
    return tf.cond(
        tf.io.is_jpeg(data),
        lambda: tf.io.decode_jpeg(data, dct_method="INTEGER_ACCURATE"),
        lambda: tf.io.decode_image(data, expand_animations=False),
    )


def _place(files: ImageFiles, name: str) -> str:
    return str(files.path / name)


def _open_folder(path: Path) -> ImageFiles:
    found = {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}
    names = _image_names(path, found)
    digest = hashlib.sha256()
    for name in names:
        status = found[name].stat()
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return ImageFiles(path, names, lambda name: (path / name).read_bytes(), digest.hexdigest())


def _open_zip(path: Path) -> ImageFiles:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path} cannot be read as a zip ({error}); it may be cut short: fetch it anew") from error
    names = _image_names(path, (info.filename for info in archive.infolist() if not info.is_dir()))
    status = path.stat()
    return ImageFiles(path, names, archive.read, f"{status.st_size} {status.st_mtime_ns}")


def _image_names(path: Path, names: Iterable[str]) -> tuple[str, ...]:
    visible = sorted(name for name in names if not _is_clutter(PurePosixPath(name)))
    for name in visible:
        if not name.lower().endswith(SUFFIXES):
            raise ValueError(f"{path / name} is no image ({', '.join(SUFFIXES)} are); move it elsewhere")
    if not visible:
        raise ValueError(f"{path} holds no images; put {', '.join(SUFFIXES)} files in it")
    return tuple(visible)


def _is_clutter(name: PurePosixPath) -> bool:
    return name.name == "Thumbs.db" or any(part.startswith(".") or part == "__MACOSX" for part in name.parts)
