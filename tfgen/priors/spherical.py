"""Noise on a sphere."""

from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.priors import PRIORS
from tfgen.priors.noise import Prior
from tfgen.priors.paths import great_circle


@PRIORS.register("spherical")
@keras.saving.register_keras_serializable(package="tfgen")
class Spherical(Prior):
    """Uniform noise on the sphere of radius sqrt(latent_dim), where each component has mean 0 and variance 1.

    The thin shell around it is where nearly all standard normal noise of many dimensions lies
    (White 2016, arXiv 1609.04468).
    """

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:  # noqa: D102
        # No direction is special to normal noise.
        return self.nearest(backend.normal((n, latent_dim), seed))

    def interpolate(self, first: Any, second: Any, position: Any) -> Any:
        """Points on the `great_circle`, which stays on the sphere."""
        return great_circle(first, second, position)

    def nearest(self, latents: Any) -> Any:
        """The points of the sphere in the direction of the latents, (n, latent_dim) both."""
        return latents * (latents.shape[-1] ** 0.5 / ops.norm(latents, axis=-1, keepdims=True))
