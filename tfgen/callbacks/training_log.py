"""The curve of a training, a line an epoch."""

import json
import time
from pathlib import Path
from typing import Any

import keras

from tfgen.files import atomic_path


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
        kept = [row for row in read_training_log(self.path) if row["step"] <= int(self.model.optimizer.iterations)]
        with atomic_path(self.path) as temporary:
            temporary.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        seconds = round(time.perf_counter() - self._start, 3)
        losses = {name: float(value) for name, value in (logs or {}).items()}
        row = {"step": int(self.model.optimizer.iterations), **losses, "seconds": seconds}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def read_training_log(path: Path) -> list[dict[str, Any]]:
    """The rows of a `TrainingLog`, without a last line that a kill cut short; none if there is no file."""
    rows = []
    for line in Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else ():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return rows
