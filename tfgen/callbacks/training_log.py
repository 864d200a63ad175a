"""The curve of a training, a line an epoch."""

import time
from pathlib import Path
from typing import Any

import keras

from tfgen.json_lines import append_rows, keep_rows


class TrainingLog(keras.callbacks.Callback):
    """Writes each epoch's step, losses and seconds as a line of JSON.

    A run that goes on from a checkpoint drops the lines past it first, so that no step is told twice.

    Args:
        path: The file, `.jsonl`.
    """

    def __init__(self, path: Path):
        super().__init__()
        self.path = Path(path)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        step = self.model.trained_steps
        keep_rows(self.path, lambda row: row["step"] <= step)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        seconds = round(time.perf_counter() - self._start, 3)
        losses = {name: float(value) for name, value in (logs or {}).items()}
        append_rows(self.path, [{"step": self.model.trained_steps, **losses, "seconds": seconds}])
