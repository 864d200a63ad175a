"""Noise that draws from discrete distributions."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.priors.noise import Prior


@keras.saving.register_keras_serializable(package="tfgen")
class Quantiles(Prior):
    """Uniform noise in [0, 1): each component says which value an inverse distribution function gives.

    Latents that are near each other may give quite different values, so there are no paths between them.
    """

    bound = 1.0
    smooth = False

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:  # noqa: D102
        return backend.uniform((n, latent_dim), seed)

    def nearest(self, latents: Any) -> Any:
        """The latents cut to [0, 1], (n, latent_dim) both."""
        return ops.clip(latents, 0.0, self.bound)

    def interpolate(self, first: Any, second: Any, position: Any) -> Any:
        """Refuses.

        Raises:
            ValueError: Saying why.
        """
        raise ValueError("these latents are quantiles of discrete codes; images do not move smoothly along any path")
