"""Files of weights that are as small as nobody can see."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np

from tfgen.zoo.verification import drawn

if TYPE_CHECKING:
    from tfgen.models.image_model import ImageModel

GREY_LEVEL = 1 / 127.5
"""One of the 256 levels of a byte, in images of [-1, 1]."""
_SAMPLES = 64


def save_small(model: "ImageModel", path: Path, seed: int, network: str | None = None) -> str:
    """Writes a model's weights compressed, and in half precision if that moves no pixel by a grey level.

    Looked at are 64 samples, and their reconstructions where the model encodes. Vectors, such as batch normalisation's
    averages, stay single; so does a model that draws no images, and one with weights that half precision cannot hold.

    Args:
        model: Has the weights of the file afterwards.
        path: The `.weights.h5` file.
        seed: Of the samples.
        network: The one network whose weights are written, such as `"generator"`; all if not given.

    Returns:
        `"float16"` or `"float32"`.
    """
    saved = getattr(model, network) if network else model
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.weights.h5"
        saved.save_weights(whole)
        before = drawn(model, _SAMPLES, seed) if hasattr(model, "sample") else None
        if before and _write(whole, path, np.float16):
            saved.load_weights(path)
            # NumPy's maximum, unlike Python's, of anything and NaN is NaN.
            moved = [np.max(np.abs(now - before[kind])) for kind, now in drawn(model, _SAMPLES, seed).items()]
            if np.max(moved) < GREY_LEVEL:
                return "float16"
        _write(whole, path, np.float32)
        saved.load_weights(path)
    return "float32"


def _write(source: Path, path: Path, matrices: type[np.floating]) -> bool:
    """A copy of the file with compressed arrays, matrices in this precision; whether all of these are finite."""
    finite = True
    with h5py.File(source) as old, h5py.File(path, "w") as new:

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            nonlocal finite
            if isinstance(item, h5py.Group):
                made = new.require_group(name)
            else:
                values = item[()]
                if values.dtype == np.float32 and values.ndim > 1:
                    with np.errstate(over="ignore"):
                        values = values.astype(matrices)
                    finite = finite and bool(np.isfinite(values).all())
                packed = {"compression": "gzip", "compression_opts": 9, "shuffle": True} if values.size > 1024 else {}
                made = new.create_dataset(name, data=values, **packed)
            made.attrs.update(item.attrs)

        new.attrs.update(old.attrs)
        old.visititems(copy)
    return finite
