"""Training advice: small things that compose with every adversarial method, given to it as `techniques`."""

from tfgen.registry import Registry

TECHNIQUES = Registry("technique", "tfgen.techniques")

__getattr__ = TECHNIQUES.attribute
