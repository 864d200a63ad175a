"""Networks that turn images into features to score (`EXTRACTORS`, by name), and what goes before them."""

import importlib
import importlib.util
from typing import Any

from tfgen.registry import Registry

EXTRACTORS = Registry("extractor", "tfgen.metrics.features")

__all__ = ["EXTRACTORS", "RESIZERS", "Extracted", "Extractor", "fetch", "from_keras"]

# What imports Keras waits until it is named.
_HOMES = {
    "Extracted": "tfgen.metrics.features.extractor",
    "Extractor": "tfgen.metrics.features.extractor",
    "RESIZERS": "tfgen.metrics.features.resizers",
    "fetch": "tfgen.metrics.features.fetching",
    "from_keras": "tfgen.metrics.features.keras_models",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if importlib.util.find_spec(f"{__name__}.{name}") is not None:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
