"""What a pass over reference images gave, kept on disk: made once for each set of images and each extractor."""

import hashlib
import json
from pathlib import Path

import numpy as np
from filelock import FileLock

from tfgen.errors import TfgenError
from tfgen.evaluation.collecting import Collected, collect
from tfgen.evaluation.sources import ImageSource
from tfgen.files import atomic_path
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.frechet import Moments
from tfgen.paths import tfgen_home

# To be raised when the same images and the same extractor come to give other statistics.
_VERSION = 2
_CHUNK = 4096


def reference_statistics(
    source: ImageSource,
    count: int,
    needs: frozenset[str],
    extractor: Extractor | None,
    *,
    quantise: bool = True,
    batch_size: int = 64,
) -> Collected:
    """As `collect`, from the cache under `TFGEN_HOME` if it is in it.

    An entry is a folder, named by a hash of the pixels themselves and of the extractor's protocol, so that it cannot
    belong to other data; a pass adds to it what earlier ones did not keep. Each file appears whole or not at all.

    Raises:
        TfgenError: As `collect`, and if a file of the entry is damaged.
    """
    options = {"quantise": quantise, "batch_size": batch_size}
    images = needs & {"images"}
    found = vars(collect(source, count, images, extractor, **options)) if images else {"count": count}
    kept = needs - images
    if kept:
        entry = tfgen_home() / "statistics" / _key(source, count, extractor)
        entry.mkdir(parents=True, exist_ok=True)
        paths = {need: entry / f"{need}.npz" for need in kept}
        with FileLock(entry / ".lock"):
            missing = frozenset(need for need, path in paths.items() if not path.is_file())
            if missing:
                made = collect(source, count, missing, extractor, **options)
                for need in missing:
                    _write(paths[need], getattr(made, need))
        found = {**found, **{need: _read(path, count) for need, path in paths.items()}}
    return Collected(**found)


def _key(source: ImageSource, count: int, extractor: Extractor) -> str:
    pixels = hashlib.sha256()
    indices = source.indices(count)
    for start in range(0, count, _CHUNK):
        pixels.update(np.ascontiguousarray(source.images.images[indices[start : start + _CHUNK]]).data)
    protocol = extractor.protocol(source.image_shape)
    parts = (_VERSION, count, source.image_shape, pixels.hexdigest(), protocol)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _write(path: Path, found: Moments | np.ndarray) -> None:
    arrays = vars(found) if isinstance(found, Moments) else {"rows": found}
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def _read(path: Path, count: int) -> Moments | np.ndarray:
    try:
        # Reading a member checks its CRC-32, so that a flipped bit does not pass.
        with np.load(path, allow_pickle=False) as saved:
            arrays = {name: saved[name] for name in saved.files}
        if "rows" not in arrays:
            return Moments(int(arrays.pop("count")), **arrays)
        if len(arrays["rows"]) != count:
            raise ValueError("another number of images")
        return arrays["rows"]
    except Exception as error:  # Of a damaged zip, anything: NotImplementedError, RuntimeError, struct.error, ...
        raise TfgenError(
            f"the cached statistics {path} are damaged; remove that file to have them made anew"
        ) from error
