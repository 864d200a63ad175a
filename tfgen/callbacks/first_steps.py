"""How a training began, by which another one can be told to be the same."""

from pathlib import Path
from typing import Any

import keras

from tfgen.json_lines import append_rows, keep_rows
from tfgen.zoo.entries import FIRST_STEPS

LENGTH = 200
"""Steps that are recorded."""
EVERY = 20


class FirstSteps(keras.callbacks.Callback):
    """Writes the losses of steps 1, 20, 40, ..., 200 as lines of JSON, every bit of them.

    They are Keras' means over the epoch so far; an execution of several steps has its last. A run that goes on from a
    checkpoint drops the lines past it first.

    Args:
        folder: Gets `first_steps.jsonl`.
    """

    def __init__(self, folder: Path):
        super().__init__()
        self.path = Path(folder) / FIRST_STEPS

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        step = self.model.trained_steps
        if step < LENGTH:
            keep_rows(self.path, lambda row: row["step"] <= step)
        self._last = step

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        if self._last >= LENGTH:
            return
        step = self.model.trained_steps
        # An execution may hold several steps.
        if step <= LENGTH and (self._last == 0 or step // EVERY > self._last // EVERY):
            append_rows(self.path, [{"step": step, **{name: float(value) for name, value in (logs or {}).items()}}])
        self._last = step
