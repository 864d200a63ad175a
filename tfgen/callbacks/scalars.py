"""The curves of a training, for TensorBoard."""

from pathlib import Path
from typing import Any

import keras
import tensorflow as tf


class Scalars(keras.callbacks.Callback):
    """Writes each epoch's losses at the training step, where `SampleGrid` puts its pictures; Keras' own counts epochs.

    Args:
        tensorboard: Folder of TensorBoard's event files.
    """

    def __init__(self, tensorboard: Path):
        super().__init__()
        self.writer = tf.summary.create_file_writer(str(tensorboard))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        with self.writer.as_default(self.model.trained_steps):
            for name, value in (logs or {}).items():
                tf.summary.scalar(name, value)
        self.writer.flush()
