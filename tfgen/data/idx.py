"""IDX files, the format that MNIST came in: a header of big-endian sizes, then the bytes."""

import contextlib
import gzip
import hashlib
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tfgen.data.image_set import ImageSet
from tfgen.data.sources import NotHereError, check_split

# Images and labels of each split, by the names that MNIST gave them and Fashion-MNIST kept.
FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
AS_PUBLISHED = "md5 as published"
"""In an image set's origin: it is the whole published set, byte for byte."""
_UNSIGNED_BYTE = 0x08


def read_idx(path: str | Path, *, md5: str | None = None) -> np.ndarray:
    """Reads an IDX file of unsigned bytes, plain or compressed with gzip.

    Args:
        path: The file; its content, not its name, tells whether it is compressed.
        md5: Checksum that the decompressed file has to have; None checks the format only.

    Returns:
        uint8, with as many axes as the header says.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is cut short, is no IDX file of bytes, or has another checksum.
    """
    data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{path} is a damaged gzip file ({error}); fetch it anew") from error
    axes = data[3] if len(data) >= 4 else 0
    if data[:3] != bytes([0, 0, _UNSIGNED_BYTE]) or axes == 0 or len(data) < 4 + 4 * axes:
        raise ValueError(f"{path} is no IDX file of unsigned bytes: it begins with {data[:4].hex(' ') or 'nothing'}")
    shape = tuple(int(size) for size in np.frombuffer(data, ">u4", axes, offset=4))
    found, expected = len(data) - 4 - 4 * axes, int(np.prod(shape, dtype=np.int64))
    if found != expected:
        raise ValueError(f"{path} holds {found} bytes where its header {shape} says {expected}; fetch it anew")
    if md5 is not None and (actual := hashlib.md5(data, usedforsecurity=False).hexdigest()) != md5:
        raise ValueError(f"{path} is not the published file: its md5 is {actual}, not {md5}; fetch it anew")
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def read_idx_images(
    folder: str | Path, split: str, *, class_names: tuple[str, ...], md5: Mapping[str, str] | None = None
) -> ImageSet:
    """Reads the images and labels of one split from a folder that holds them as MNIST does.

    Args:
        folder: Folder with `train-images-idx3-ubyte`, ... each plain or with `.gz`.
        split: `"train"` or `"test"`.
        class_names: Names of the classes, in the order of the labels.
        md5: Checksums of the decompressed files by their names without `.gz`; None checks the format only.

    Raises:
        NotHereError: If the folder or one of the two files is not there.
        ValueError: If a file is not as it has to be, or if the two do not belong together.
    """
    folder = Path(folder)
    check_split(f"a folder of IDX files ({folder})", split, tuple(FILES))
    images, labels = (read_idx(_existing(folder, name), md5=(md5 or {}).get(name)) for name in FILES[split])
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{folder}: {FILES[split][0]} {images.shape} and {FILES[split][1]} {labels.shape} do not belong together; "
            "they have to be (N, H, W) and (N,)"
        )
    if labels.max(initial=0) >= len(class_names):
        raise ValueError(f"{folder}: {FILES[split][1]} holds a class above {len(class_names) - 1}; fetch it anew")
    origin = f"IDX files in {folder.name}" + (f", {AS_PUBLISHED}" if md5 else "")
    return ImageSet(images[..., np.newaxis], labels.astype(np.int64), class_names, origin)


def holds_idx(folder: Path, md5: Mapping[str, str]) -> bool:
    """Whether a folder holds the labels of one of the splits with the checksums given."""
    for _, labels in FILES.values():
        with contextlib.suppress(NotHereError, ValueError):
            read_idx(_existing(folder, labels), md5=md5[labels])
            return True
    return False


def _existing(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.exists():
            return path
    raise NotHereError(f"{folder}: holds no {name}[.gz]; put it there")
