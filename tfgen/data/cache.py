"""Decoded images on disk, each array one `.npy` file, so that the next run maps them into memory at once."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import numpy as np
from absl import logging
from filelock import FileLock

from tfgen.paths import tfgen_home

# To be raised when the same sources come to give other pixels.
_VERSION = 1

Chunks = Iterable[dict[str, np.ndarray]]


def cached_arrays(key: Sequence[object], produce: Callable[[], Chunks]) -> dict[str, np.ndarray]:
    """The arrays that `produce` makes, from the cache if they are in it.

    An entry appears whole or not at all, one process makes it while others wait, and a damaged one is made anew. A
    cache that cannot be written does not stop the work: the arrays then stay in memory.

    Args:
        key: Everything that the arrays depend on; its `repr` names the entry.
        produce: Makes the arrays piece by piece: dicts of arrays to be joined along their first axis.

    Returns:
        The arrays by name, read-only memory maps if they are cached.
    """
    entry = tfgen_home() / "data" / hashlib.sha256(repr((_VERSION, *key)).encode()).hexdigest()[:20]
    if (arrays := _read(entry)) is not None:
        return arrays
    faults = []

    def chunks() -> Chunks:
        try:
            yield from produce()
        except OSError as error:
            faults.append(error)
            raise

    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(entry.with_suffix(".lock")):
            if (arrays := _read(entry)) is None:
                _write(entry, chunks())
                arrays = _read(entry)
        return arrays
    except OSError as error:
        if faults:
            raise
        logging.warning("the data cache %s cannot be written (%s): keeping the images in memory", entry.parent, error)
        return _join(produce())


def _read(entry: Path) -> dict[str, np.ndarray] | None:
    """The arrays of an entry, None if it is not there or damaged."""
    if not entry.exists():
        return None
    try:
        arrays = {path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in sorted(entry.glob("*.npy"))}
    except (ValueError, OSError, EOFError) as error:
        logging.warning("the cached images in %s are damaged (%s): making them anew", entry, error)
        return None
    return arrays if "images" in arrays else None


def _write(entry: Path, chunks: Chunks) -> None:
    """Writes an entry under another name and renames it; the caller holds its lock."""
    partial = entry.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        with ExitStack() as stack:
            files: dict[str, BinaryIO] = {}
            layouts: dict[str, tuple[int, np.ndarray]] = {}
            for chunk in chunks:
                for name, array in chunk.items():
                    if name not in files:
                        files[name] = stack.enter_context((partial / f"{name}.npy").open("wb"))
                        _write_header(files[name], array, 0)
                    files[name].write(np.ascontiguousarray(array).data)
                    layouts[name] = (layouts.get(name, (0,))[0] + len(array), array)
            for name, (count, array) in layouts.items():
                files[name].seek(0)
                _write_header(files[name], array, count)
        shutil.rmtree(entry, ignore_errors=True)
        partial.replace(entry)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _write_header(file: BinaryIO, example: np.ndarray, count: int) -> None:
    # NumPy pads this header so that the first axis can grow in place: the count is known only at the end.
    descr = np.lib.format.dtype_to_descr(example.dtype)
    header = {"descr": descr, "fortran_order": False, "shape": (count, *example.shape[1:])}
    np.lib.format.write_array_header_1_0(file, header)


def _join(chunks: Chunks) -> dict[str, np.ndarray]:
    pieces: dict[str, list[np.ndarray]] = {}
    for chunk in chunks:
        for name, array in chunk.items():
            pieces.setdefault(name, []).append(array)
    return {name: np.concatenate(arrays) for name, arrays in pieces.items()}
