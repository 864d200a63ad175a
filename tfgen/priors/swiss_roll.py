"""A spiral."""

import math
from typing import Any

import keras
from keras import ops

from tfgen.priors import PRIORS
from tfgen.priors.class_prior import ClassPrior


@PRIORS.register("swiss_roll")
@keras.saving.register_keras_serializable(package="tfgen")
class SwissRoll(ClassPrior):
    """A Swiss roll in the plane (Makhzani et al. 2015, arXiv 1511.05644): a spiral with a little noise.

    It goes from 0 outwards against the clock, its distance from 0 growing with its angle. Points lie evenly along it,
    but are rarer close to 0. The paper shows it in figure 4 and gives no numbers; by default the coordinates have
    the means 0.06 and -0.40, and the root mean square 1.25.

    Args:
        classes: Into how many equally probable stretches it is cut; class k is the k-th from within.
        radius: Where the roll ends.
        turns: How often it goes around.
        width: Standard deviation of the noise, which is outwards and inwards.

    Raises:
        ValueError: If there are fewer than 2 classes, or a radius, turns or width that is not a positive number.
    """

    def __init__(self, classes: int = 10, radius: float = 2.5, turns: float = 2.0, width: float = 0.05):
        super().__init__(classes)
        for name, value in {"radius": radius, "turns": turns, "width": width}.items():
            if not 0 < value < math.inf:
                raise ValueError(f"{name} is {value}; it is a positive number")
        self.radius = float(radius)
        self.turns = float(turns)
        self.width = float(width)

    def place(self, labels: Any, within: Any, noise: Any) -> Any:  # noqa: D102
        # The length of the spiral up to a point grows with the square of its distance from 0.
        share = ops.sqrt((labels + within) / self.classes)
        angle = 2.0 * math.pi * self.turns * share
        distance = self.radius * share + self.width * noise[:, 0]
        return ops.stack([distance * ops.cos(angle), distance * ops.sin(angle)], axis=-1)

    def locate(self, latents: Any) -> tuple[Any, Any, Any]:
        """The stretch of the nearest point in the same direction from 0, where along it, and the noise."""
        x, y = latents[:, 0], latents[:, 1]
        distance = ops.sqrt(ops.square(x) + ops.square(y))
        turn = ops.mod(ops.arctan2(y, x) / (2.0 * math.pi), 1.0)
        # The roll passes in this direction once a turn.
        last = ops.maximum(ops.floor(self.turns - turn), 0.0)
        turn = turn + ops.clip(ops.round(self.turns * distance / self.radius - turn), 0.0, last)
        share = ops.minimum(turn / self.turns, 1.0)
        part = self.classes * ops.square(share)
        labels = ops.minimum(ops.floor(part), self.classes - 1.0)
        noise = (distance - self.radius * share) / self.width
        return labels, part - labels, ops.stack([noise, ops.zeros_like(noise)], axis=-1)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {"classes": self.classes, "radius": self.radius, "turns": self.turns, "width": self.width}
