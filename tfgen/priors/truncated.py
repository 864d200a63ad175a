"""The truncation trick."""

from typing import Any

import keras

from tfgen.priors import PRIORS
from tfgen.priors.noise import Normal, Prior


@PRIORS.register("truncated")
@keras.saving.register_keras_serializable(package="tfgen")
class Truncated(Prior):
    """A prior cut off at a threshold: more typical samples, and fewer kinds (Brock et al. 2019, arXiv 1809.11096).

    `model.prior = Truncated(0.5, model.prior)` makes a trained model draw such samples, those of its seeds moved
    towards the middle.

    Args:
        threshold: The largest absolute value of a component.
        prior: What is cut off, `Normal` if not given.

    Raises:
        ValueError: If the prior cannot be truncated, or not at this threshold.
    """

    def __init__(self, threshold: float = 2.0, prior: Prior | None = None):
        self.threshold = float(threshold)
        self.prior = prior or Normal()
        self.bound = min(self.threshold, self.prior.bound)
        self.prior.truncate(keras.ops.zeros((1, 1)), self.threshold)

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:  # noqa: D102
        return self.prior.truncate(self.prior.sample(n, latent_dim, seed), self.threshold)

    def interpolate(self, first: Any, second: Any, position: Any) -> Any:
        """Points on the path that the whole prior takes, inside of the threshold."""
        return self.nearest(self.prior.interpolate(first, second, position))

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {"threshold": self.threshold, "prior": keras.saving.serialize_keras_object(self.prior)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Truncated":  # noqa: D102
        return cls(**keras.saving.deserialize_keras_object(config))
