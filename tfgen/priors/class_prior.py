"""Distributions in the plane that have a part for each class."""

import math
from typing import Any

from keras import ops

from tfgen import backend
from tfgen.priors.noise import Prior

# A draw is at least this far from the ends of (-1, 1), where erf^-1 is infinite: a normal number is within 5.2.
_INSIDE = 1.0 - 2.0**-22


class ClassPrior(Prior):
    """A distribution of points in the plane, made of equally probable parts that classes can be assigned to.

    A subclass says in `place` where each part lies, and in `locate` in which part a point is.

    Args:
        classes: How many parts there are.

    Raises:
        ValueError: If there are fewer than 2.
    """

    def __init__(self, classes: int):
        if classes < 2:
            raise ValueError(f"{type(self).__name__} has {classes} part(s); it is made of 2 or more")
        self.classes = int(classes)

    def sample(self, n: Any, latent_dim: int, seed: Any) -> Any:
        """Draws from all parts, (n, 2); arguments as for every prior.

        Raises:
            ValueError: If latent_dim is not 2.
        """
        labels, within, noise = self._draws(n, latent_dim, seed)
        return self.place(labels, within, noise)

    def sample_of(self, labels: Any, latent_dim: int, seed: Any) -> Any:
        """Draws from the parts of given classes.

        Args:
            labels: Integers (n,) from 0 to classes - 1.
            latent_dim: 2.
            seed: Two integers; the same seed draws the same latents.

        Returns:
            A float32 tensor (n, 2); where a label is the one that `sample` draws, so is its row.

        Raises:
            ValueError: If latent_dim is not 2.
        """
        _, within, noise = self._draws(ops.shape(labels)[0], latent_dim, seed)
        return self.place(ops.cast(labels, "float32"), within, noise)

    def with_category(self, latents: Any, labels: Any) -> Any:
        """Latents moved to the parts of given classes, to the same place there that they have in their own part.

        Their own part is the one that they are nearest to, which a draw far out in a part's tail may not be from.

        Args:
            latents: (n, 2).
            labels: Integers (n,) from 0 to classes - 1.

        Returns:
            The moved latents, float32 (n, 2).
        """
        _, within, noise = self.locate(ops.cast(latents, "float32"))
        return self.place(ops.cast(labels, "float32"), within, noise)

    def place(self, labels: Any, within: Any, noise: Any) -> Any:
        """Points of the parts.

        Args:
            labels: Which parts, whole float32 numbers (n,).
            within: Uniform in [0, 1), (n,), where along a part, if it is a curve.
            noise: Standard normal, (n, 2).

        Returns:
            The points, float32 (n, 2).
        """
        raise NotImplementedError(f"{type(self).__name__} does not say where its parts lie")

    def locate(self, latents: Any) -> tuple[Any, Any, Any]:
        """What `place` makes the latents (n, 2) of: the labels, within and noise of the nearest part."""
        raise NotImplementedError(f"{type(self).__name__} does not say in which part a point is")

    def _draws(self, n: Any, latent_dim: int, seed: Any) -> tuple[Any, Any, Any]:
        if latent_dim != 2:
            raise ValueError(f"latent_dim is {latent_dim}; a {type(self).__name__} lies in the plane, make it 2")
        # One draw for all, so that fewer rows of a seed are the first rows of more.
        draws = backend.uniform((n, 3), seed)
        part = draws[:, 0] * self.classes
        labels = ops.floor(part)
        # Not of the `normal` of this seed, whose bits are those of the part.
        noise = math.sqrt(2.0) * ops.erfinv(ops.clip(2.0 * draws[:, 1:] - 1.0, -_INSIDE, _INSIDE))
        return labels, part - labels, noise
