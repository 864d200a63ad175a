"""One pass over the images, many scores, each with the protocol that it rests on."""

import importlib
from typing import Any

_HOMES = {
    "Evaluation": "tfgen.evaluation.one_pass",
    "Result": "tfgen.evaluation.result",
    "evaluate": "tfgen.evaluation.one_pass",
    "find_extractor": "tfgen.evaluation.extractors",
    "open_reference": "tfgen.evaluation.sources",
    "open_subject": "tfgen.evaluation.sources",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Scoring needs TensorFlow; naming what there is does not."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
