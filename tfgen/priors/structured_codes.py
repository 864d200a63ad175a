"""Noise beside codes that mean something."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
from keras import ops

from tfgen import backend
from tfgen.priors import PRIORS
from tfgen.priors.noise import Prior
from tfgen.priors.paths import straight_line


class Parts(NamedTuple):
    """What latents consist of, in this order.

    Attributes:
        noise: (n, whatever the codes leave), in [-1, 1).
        categories: One-hot rows (n, k), one array for each categorical code.
        continuous: (n, number of continuous codes), in [-1, 1).
    """

    noise: Any
    categories: list[Any]
    continuous: Any


@PRIORS.register("structured_codes")
@keras.saving.register_keras_serializable(package="tfgen")
class StructuredCodes(Prior):
    """Uniform noise, one-hot categorical codes and uniform continuous codes of InfoGAN (Chen et al. 2016, 1606.03657).

    Args:
        categories: How many categories each categorical code has, all equally probable.
        continuous: Number of continuous codes, uniform in [-1, 1).

    Raises:
        ValueError: If there is no code, or one with fewer than 2 categories.
    """

    bound = 1.0

    def __init__(self, categories: Sequence[int] = (10,), continuous: int = 2):
        if continuous < 0 or any(count < 2 for count in categories) or not (continuous or categories):
            raise ValueError(
                f"categories are {list(categories)} and continuous is {continuous}; each code has 2 or more "
                "categories, the number of continuous ones is not negative, and there is a code at least"
            )
        self.categories = tuple(categories)
        self.continuous = continuous

    @property
    def code_dim(self) -> int:
        """How many of a latent's components are codes: the last ones."""
        return sum(self.categories) + self.continuous

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:
        """Draws noise and codes side by side, (n, latent_dim); arguments as for every prior.

        Raises:
            ValueError: If latent_dim is too small for the codes.
        """
        noise_dim = latent_dim - self.code_dim
        if noise_dim < 0:
            raise ValueError(f"latent_dim is {latent_dim}, and the codes alone take {self.code_dim}; make it larger")
        # One draw for all components, so that fewer rows of a seed are the first rows of more.
        draws = backend.uniform((n, noise_dim + len(self.categories) + self.continuous), seed)
        one_hot = [
            # Never `count` itself: a float32 below 1 has 24 bits.
            ops.one_hot(ops.cast(draws[:, noise_dim + index] * count, "int32"), count, dtype="float32")
            for index, count in enumerate(self.categories)
        ]
        continuous = draws[:, noise_dim + len(self.categories) :]
        return ops.concatenate([2.0 * draws[:, :noise_dim] - 1.0, *one_hot, 2.0 * continuous - 1.0], axis=-1)

    def split(self, latents: Any) -> Parts:
        """The parts of latents (n, latent_dim), or of anything with such columns; without noise if there is none."""
        start = latents.shape[-1] - self.code_dim
        noise, categories = latents[:, :start], []
        for count in self.categories:
            categories.append(latents[:, start : start + count])
            start += count
        return Parts(noise, categories, latents[:, start:])

    def with_category(self, latents: Any, labels: Any) -> Any:
        """Latents (n, latent_dim) whose first categorical code is replaced by that of the labels, integers (n,)."""
        noise, (_, *others), continuous = self.split(latents)
        chosen = ops.one_hot(ops.cast(labels, "int32"), self.categories[0], dtype="float32")
        return ops.concatenate([noise, chosen, *others, continuous], axis=-1)

    def nearest(self, latents: Any) -> Any:
        """The latents that the prior can draw and that are nearest: one-hot where the largest component is."""
        noise, categories, continuous = self.split(super().nearest(latents))
        one_hot = [ops.one_hot(ops.argmax(each, axis=-1), each.shape[-1], dtype="float32") for each in categories]
        return ops.concatenate([noise, *one_hot, continuous], axis=-1)

    def interpolate(self, first: Any, second: Any, position: Any) -> Any:
        """Points on the straight line, whose categories change half way; arguments as for every prior."""
        return self.nearest(straight_line(first, second, position))

    def get_config(self) -> dict[str, Any]:
        """The numbers of categories and of continuous codes."""
        return {"categories": list(self.categories), "continuous": self.continuous}
