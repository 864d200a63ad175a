"""A star of Gaussians."""

import math
from typing import Any

import keras
from keras import ops

from tfgen.priors import PRIORS
from tfgen.priors.class_prior import ClassPrior


@PRIORS.register("gaussian_mixture")
@keras.saving.register_keras_serializable(package="tfgen")
class GaussianMixture(ClassPrior):
    """Gaussians in the plane that point outwards like a star's rays (Makhzani et al. 2015, arXiv 1511.05644).

    The first lies to the right, the others follow against the clock. The paper shows them in figure 4 and gives no
    numbers; by default the rays hardly touch, and a coordinate has mean 0 and standard deviation 1.1.

    Args:
        classes: How many Gaussians, equally probable; class k is the k-th.
        distance: From 0 to each centre.
        length: Standard deviation outwards.
        width: Standard deviation across.

    Raises:
        ValueError: If there are fewer than 2, or a distance or deviation is not a positive number.
    """

    def __init__(self, classes: int = 10, distance: float = 1.5, length: float = 0.4, width: float = 0.1):
        super().__init__(classes)
        for name, value in {"distance": distance, "length": length, "width": width}.items():
            if not 0 < value < math.inf:
                raise ValueError(f"{name} is {value}; it is a positive number")
        self.distance = float(distance)
        self.length = float(length)
        self.width = float(width)

    def place(self, labels: Any, within: Any, noise: Any) -> Any:  # noqa: D102
        outwards, across = self.distance + self.length * noise[:, 0], self.width * noise[:, 1]
        return _turned(outwards, across, labels * self._angle)

    def locate(self, latents: Any) -> tuple[Any, Any, Any]:
        """The class whose ray is nearest in angle, 0 for `within`, which it has no use for, and the noise."""
        x, y = latents[:, 0], latents[:, 1]
        ray = ops.round(ops.arctan2(y, x) / self._angle)
        turned = _turned(x, y, -ray * self._angle)
        noise = ops.stack([(turned[:, 0] - self.distance) / self.length, turned[:, 1] / self.width], axis=-1)
        return ops.mod(ray, self.classes), ops.zeros_like(ray), noise

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {"classes": self.classes, "distance": self.distance, "length": self.length, "width": self.width}

    @property
    def _angle(self) -> float:
        """Between two rays."""
        return 2.0 * math.pi / self.classes


def _turned(x: Any, y: Any, angle: Any) -> Any:
    cosine, sine = ops.cos(angle), ops.sin(angle)
    return ops.stack([x * cosine - y * sine, x * sine + y * cosine], axis=-1)
