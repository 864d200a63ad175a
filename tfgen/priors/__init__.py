"""Distributions that latents are drawn from."""

from tfgen.registry import Registry

PRIORS = Registry("prior", "tfgen.priors")

__getattr__ = PRIORS.attribute
