"""Data sets by name or by path, as `tf.data` pipelines of images in [-1, 1]."""

import importlib
from typing import Any

from tfgen.registry import Registry

DATASETS = Registry("dataset", "tfgen.data")

__all__ = ["DATASETS", "ImageSet", "batches", "load", "load_images", "pictures"]

# Loading needs TensorFlow; naming what there is does not.
_HOMES = {
    "ImageSet": "tfgen.data.image_set",
    "batches": "tfgen.data.pipeline",
    "load": "tfgen.data.loading",
    "load_images": "tfgen.data.loading",
}


def __getattr__(name: str) -> Any:
    if name == "pictures":
        return importlib.import_module("tfgen.data.pictures")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
