"""Scores while a model trains, and the best of its weights."""

from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from tfgen.callbacks.averaging import averaged_weights
from tfgen.evaluation.one_pass import Evaluation
from tfgen.evaluation.sources import ModelSource
from tfgen.files import atomic_path
from tfgen.json_lines import append_rows, keep_rows, read_rows
from tfgen.zoo.entries import BEST_WEIGHTS, SCORES
from tfgen.zoo.rows import best_row


class Scoring(keras.callbacks.Callback):
    """Every n steps, scores the model, writes the results, and keeps its weights if they are the best so far.

    Best is by the first number of the first metric. The networks hold their averaged weights meanwhile, if an optimizer
    keeps them. A run that goes on from a checkpoint drops the results past it first, so that no step is told twice.

    Args:
        evaluation: Metrics, extractor and reference.
        folder: Gets `scores.jsonl` and `best.weights.h5`.
        tensorboard: Folder of TensorBoard's event files.
        every: Steps between two scorings; taken at the first end of an epoch from there on.
        samples: How many samples are scored.
        label: What the model is called in the results.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        folder: Path,
        tensorboard: Path,
        *,
        every: int,
        samples: int | None = None,
        label: str = "model",
    ):
        super().__init__()
        self.evaluation = evaluation
        self.path = Path(folder) / SCORES
        self.best_path = Path(folder) / BEST_WEIGHTS
        self.every = every
        self.samples = samples
        self.label = label
        self.writer = tf.summary.create_file_writer(str(tensorboard))

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        step = int(self.model.optimizer.iterations)
        kept = keep_rows(self.path, lambda row: row["step"] <= step)
        self._scored = kept[-1]["step"] if kept else 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        step = int(self.model.optimizer.iterations)
        if step // self.every == self._scored // self.every:
            return
        with averaged_weights(self.model):
            results = self.evaluation(ModelSource(self.label, self.model), self.samples, step)
            append_rows(self.path, [result.row() for result in results])
            if best_row(read_rows(self.path))["step"] == step:
                with atomic_path(self.best_path) as temporary:
                    self.model.save_weights(temporary, overwrite=True)
        self._scored = step
        with self.writer.as_default(step):
            for result in results:
                tf.summary.scalar(f"scores/{result.name}", result.value)
        self.writer.flush()
