"""Noise with independent components."""

from typing import Any

import keras

from tfgen import backend
from tfgen.priors import PRIORS


class Prior:
    """A distribution of latents, drawn from a seed."""

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


@PRIORS.register("uniform")
@keras.saving.register_keras_serializable(package="tfgen")
class Uniform(Prior):
    """Uniform noise in [-1, 1), as in DCGAN (Radford et al. 2015, arXiv 1511.06434)."""

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:  # noqa: D102
        return backend.uniform((n, latent_dim), seed, -1.0, 1.0)
