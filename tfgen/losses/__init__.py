"""The papers' losses as pure functions of tensors, and what a decoder's output means (`LOSSES`, chosen by name)."""

import importlib
import importlib.util
from typing import Any

from tfgen.registry import Registry

LOSSES = Registry("loss", "tfgen.losses")


def __getattr__(name: str) -> Any:
    """Imports a module (`tfgen.losses.adversarial`) or a registered class (`tfgen.losses.Bernoulli`) when named."""
    if importlib.util.find_spec(f"{__name__}.{name}") is not None:
        return importlib.import_module(f"{__name__}.{name}")
    return LOSSES.attribute(name)
