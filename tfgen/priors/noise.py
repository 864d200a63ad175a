"""Noise with independent components."""

import math
from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.priors import PRIORS


class Prior:
    """A distribution of latents, drawn from a seed."""

    bound: float = math.inf
    """The largest absolute value of a component."""

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:
        """Draws latents.

        Args:
            n: How many, a Python integer or a scalar integer tensor.
            latent_dim: Length of one latent vector.
            seed: Two integers; the same seed draws the same latents.

        Returns:
            A float32 tensor (n, latent_dim).
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how it is sampled")

    def interpolate(self, first: Any, second: Any, position: Any) -> Any:
        """Points on the straight line between latents, which stays where the prior draws from.

        Args:
            first: Where the paths begin, (n, latent_dim).
            second: Where they end, likewise.
            position: 0 for the beginning to 1 for the end, a number or (n, 1).

        Returns:
            The points, (n, latent_dim).
        """
        return first + (second - first) * position

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, for Keras' serialisation."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Prior":
        """The prior with these constructor arguments."""
        return cls(**config)


@PRIORS.register("normal")
@keras.saving.register_keras_serializable(package="tfgen")
class Normal(Prior):
    """Standard normal noise."""

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:  # noqa: D102
        return backend.normal((n, latent_dim), seed)

    def interpolate(self, first: Any, second: Any, position: Any) -> Any:
        """Points on the great circle between latents (White 2016, arXiv 1609.04468).

        Normal latents lie near a sphere, which a straight line would leave. Arguments as for every prior.
        """
        unit_first, unit_second = (latents / ops.norm(latents, axis=-1, keepdims=True) for latents in (first, second))
        cosine = ops.clip(ops.sum(unit_first * unit_second, axis=-1, keepdims=True), -1.0, 1.0)
        angle = ops.arccos(cosine)
        # Where the directions agree, the circle has shrunk to the line.
        is_line = ops.sin(angle) < 1e-6
        sine = ops.where(is_line, 1.0, ops.sin(angle))
        arc = (ops.sin((1.0 - position) * angle) * first + ops.sin(position * angle) * second) / sine
        return ops.where(is_line, super().interpolate(first, second, position), arc)


@PRIORS.register("uniform")
@keras.saving.register_keras_serializable(package="tfgen")
class Uniform(Prior):
    """Uniform noise in [-1, 1), as in DCGAN (Radford et al. 2015, arXiv 1511.06434)."""

    bound = 1.0

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:  # noqa: D102
        return backend.uniform((n, latent_dim), seed, -1.0, 1.0)
