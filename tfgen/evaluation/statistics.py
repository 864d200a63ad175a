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
_VERSION = 1
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

    An entry is named by a hash of the pixels themselves and of the extractor's protocol, so that it cannot belong to
    other data. It appears whole or not at all.

    Raises:
        TfgenError: As `collect`, and if an entry is damaged.
    """
    kept = needs - {"images"}
    options = {"quantise": quantise, "batch_size": batch_size}
    if not kept:
        return collect(source, count, needs, extractor, **options)
    path = tfgen_home() / "statistics" / f"{_key(source, count, extractor, kept)}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if path.is_file():
            found = _read(path, count)
        else:
            found = collect(source, count, kept, extractor, **options)
            _write(path, found)
    if "images" not in needs:
        return found
    images = collect(source, count, frozenset({"images"}), extractor, **options).images
    return Collected(count, found.moments, found.features, found.probabilities, images)


def _key(source: ImageSource, count: int, extractor: Extractor, needs: frozenset[str]) -> str:
    pixels = hashlib.sha256()
    indices = source.indices(count)
    for start in range(0, count, _CHUNK):
        pixels.update(np.ascontiguousarray(source.images.images[indices[start : start + _CHUNK]]).data)
    protocol = extractor.protocol(source.image_shape)
    parts = (_VERSION, count, source.image_shape, pixels.hexdigest(), protocol, sorted(needs))
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _write(path: Path, found: Collected) -> None:
    arrays = {"count": np.array(found.count)}
    if found.moments is not None:
        arrays |= {"mean": found.moments.mean, "covariance": found.moments.covariance}
    for name in ("features", "probabilities"):
        if (array := getattr(found, name)) is not None:
            arrays[name] = array
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def _read(path: Path, count: int) -> Collected:
    try:
        # Reading a member checks its CRC-32, so that a flipped bit does not pass.
        with np.load(path, allow_pickle=False) as saved:
            arrays = {name: saved[name] for name in saved.files}
        if int(arrays.pop("count")) != count:
            raise ValueError("another number of images")
        moments = Moments(count, arrays.pop("mean"), arrays.pop("covariance")) if "mean" in arrays else None
        return Collected(count, moments=moments, **arrays)
    except Exception as error:  # Of a damaged zip, anything: NotImplementedError, RuntimeError, struct.error, ...
        raise TfgenError(
            f"the cached statistics {path} are damaged; remove that file to have them made anew"
        ) from error
