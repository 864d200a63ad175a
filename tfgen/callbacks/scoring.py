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
from tfgen.zoo.entries import SCORES, best_weights
from tfgen.zoo.rows import best_row


class Scoring(keras.callbacks.Callback):
    """Every n steps, scores the model, writes the results, and keeps its weights if they are the best so far.

    Best is by the first number of the first metric (`best_row`). The networks hold their averaged weights meanwhile, if
    an optimizer keeps them. A value that is not finite is written as null and is never the best. A run that goes on
    from a checkpoint drops the results past it first, so that no step is told twice.

    Args:
        evaluation: Metrics, extractor and reference.
        folder: Gets `scores.jsonl`, and the best weights as `best/step_000500.weights.h5` or the like.
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
        self.folder = Path(folder)
        self.path = self.folder / SCORES
        self.every = every
        self.samples = samples
        self.label = label
        self.writer = tf.summary.create_file_writer(str(tensorboard))

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        step = self.model.trained_steps
        kept = keep_rows(self.path, lambda row: row["step"] <= step)
        self._scored = kept[-1]["step"] if kept else 0
        self._drop_other_weights()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        step = self.model.trained_steps
        if step // self.every == self._scored // self.every:
            return
        # Here and not after the new weights: what a kill makes the run go back to has its weights until then.
        self._drop_other_weights()
        with averaged_weights(self.model):
            results = self.evaluation(ModelSource(self.label, self.model), self.samples, step)
            rows = [result.row() for result in results]
            best = best_row([*read_rows(self.path), *rows])
            if best is not None and best["step"] == step:
                # Before the row: one that is there has its weights.
                with atomic_path(best_weights(self.folder, step)) as temporary:
                    self.model.save_weights(temporary, overwrite=True)
        append_rows(self.path, rows)
        self._scored = step
        with self.writer.as_default(step):
            for result in results:
                tf.summary.scalar(f"scores/{result.name}", result.value)
        self.writer.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        self._drop_other_weights()

    def _drop_other_weights(self) -> None:
        """Removes the weights of all steps but the best of those in the file."""
        best = best_row(read_rows(self.path))
        kept = None if best is None else best_weights(self.folder, best["step"])
        for path in best_weights(self.folder, 0).parent.glob("*"):
            if path != kept:
                path.unlink()
