"""Instance noise."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.techniques import TECHNIQUES
from tfgen.techniques.technique import Player, Technique


@TECHNIQUES.register("instance_noise")
@keras.saving.register_keras_serializable(package="tfgen")
class InstanceNoise(Technique):
    """Gaussian noise, less and less of it, on all images that the discriminator sees (Sønderby et al. 2017).

    Real and generated images then overlap from the first step on, so that no discriminator can tell all of them apart
    (arXiv 1610.04490; Arjovsky and Bottou 2017, arXiv 1701.04862). The noise falls linearly to nothing.

    Args:
        stddev: Standard deviation of the first step's noise, of pixels in [-1, 1].
        steps: Training steps after which there is no noise.

    Raises:
        ValueError: If stddev is not a positive number, or steps not a whole number, 1 or more.
    """

    def __init__(self, stddev: float, steps: int, **kwargs: Any):
        if not 0 < stddev < math.inf:
            raise ValueError(f"stddev is {stddev}; the noise has a positive standard deviation")
        if not isinstance(steps, int) or steps < 1:
            raise ValueError(f"steps is {steps!r}; the noise is gone after a whole number of steps, 1 or more")
        super().__init__(**kwargs)
        self.stddev = float(stddev)
        self.steps = steps

    def remember(self, model: Any) -> None:  # noqa: D102
        self.step = self.add_memory((), "step", "int64")

    def shown(self, images: Any, seed: Any) -> Any:  # noqa: D102
        left = ops.maximum(1.0 - ops.cast(self.step, "float32") / self.steps, 0.0)
        return images + self.stddev * left * backend.normal(ops.shape(images), seed)

    def after_update(self, player: Player, variables: Sequence[keras.Variable], applied: Any) -> None:  # noqa: D102
        if player == "generator":
            self.step.assign_add(1)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "stddev": self.stddev, "steps": self.steps}
