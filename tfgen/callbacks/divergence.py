"""A stop when a loss is no longer a number."""

import math
from typing import Any

import keras

from tfgen.errors import DivergenceError


class StopOnDivergence(keras.callbacks.Callback):
    """Ends the training with an error as soon as a logged value is NaN or infinite.

    Raises:
        DivergenceError: Naming the step and the value.
    """

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        for name, value in (logs or {}).items():
            if not math.isfinite(value):
                step = self.model.trained_steps
                raise DivergenceError(f"the training diverged at step {step:,}: {name} is {float(value)}")
