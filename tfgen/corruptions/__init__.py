"""Ways of damaging images, for models that learn to repair them."""

from tfgen.registry import Registry

CORRUPTIONS = Registry("corruption", "tfgen.corruptions")

__getattr__ = CORRUPTIONS.attribute
