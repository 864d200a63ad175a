"""Noise with independent components."""

import math
from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.priors import PRIORS
from tfgen.priors.paths import great_circle, straight_line


class Prior:
    """A distribution of latents, drawn from a seed."""

    bound: float = math.inf
    """The largest absolute value of a component, whatever the length of a latent vector."""

    smooth: bool = True
    """Whether what latents give moves with them, so that paths and directions mean something."""

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
        """Points on the path between latents that stays where the prior draws from, here `straight_line`.

        Args:
            first: Where the paths begin, (n, latent_dim).
            second: Where they end, likewise.
            position: 0 for the beginning to 1 for the end, a number or (n, 1).

        Returns:
            The points, (n, latent_dim).
        """
        return straight_line(first, second, position)

    def nearest(self, latents: Any) -> Any:
        """The latents that the prior can draw and that are nearest to the given ones, (n, latent_dim) both."""
        return latents if math.isinf(self.bound) else ops.clip(latents, -self.bound, self.bound)

    def truncate(self, latents: Any, threshold: float) -> Any:
        """Moves draws of the prior so that they follow the prior cut off at a threshold.

        Each component keeps its rank, so that a latent moves on as the threshold falls: the distribution is that of
        the truncation trick (Brock et al. 2019, arXiv 1809.11096), which draws components beyond the threshold again.

        Args:
            latents: (n, latent_dim), drawn from this prior.
            threshold: The largest absolute value that a component may have.

        Returns:
            The moved latents, (n, latent_dim).

        Raises:
            ValueError: If the prior cannot be truncated, or not at this threshold.
        """
        raise ValueError(f"{type(self).__name__} latents cannot be truncated; normal and uniform ones can")

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
        """Points on the `great_circle`: normal latents lie near a sphere, which a straight line would leave."""
        return great_circle(first, second, position)

    def truncate(self, latents: Any, threshold: float) -> Any:  # noqa: D102
        if not threshold > 0:
            raise ValueError(f"threshold is {threshold}; normal latents are truncated at a positive number")
        inside = math.erf(threshold / math.sqrt(2.0))
        moved = math.sqrt(2.0) * ops.erfinv(inside * ops.erf(latents / math.sqrt(2.0)))
        # Far out, erf is rounded to 1.
        return ops.clip(moved, -threshold, threshold)


@PRIORS.register("uniform")
@keras.saving.register_keras_serializable(package="tfgen")
class Uniform(Prior):
    """Uniform noise in [-1, 1), as in DCGAN (Radford et al. 2015, arXiv 1511.06434)."""

    bound = 1.0

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:  # noqa: D102
        return backend.uniform((n, latent_dim), seed, -1.0, 1.0)

    def truncate(self, latents: Any, threshold: float) -> Any:  # noqa: D102
        if not 0 < threshold <= self.bound:
            raise ValueError(f"threshold is {threshold}; uniform latents are truncated at a number above 0, at most 1")
        return threshold * latents


def prior_of_codes(prior: Prior | None, latent_dim: int) -> Prior:
    """The prior that codes of this length are to follow, `Normal` if none is given.

    Raises:
        ValueError: If the prior has no draws of this length.
    """
    prior = prior or Normal()
    prior.sample(1, latent_dim, (0, 0))
    return prior
