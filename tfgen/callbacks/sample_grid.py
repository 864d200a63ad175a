"""Pictures of what the model makes, while it trains."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfgen.callbacks.averaging import averaged_weights
from tfgen.data.pictures import paired_grid, write_png
from tfgen.models.autoencoder_model import AutoencoderModel


class SampleGrid(keras.callbacks.Callback):
    """At the end of every epoch, draws the same noise again and writes the grid as PNG and for TensorBoard.

    The networks hold their averaged weights meanwhile, if an optimizer keeps them.

    Args:
        folder: Where `step_000500.png` and its like go.
        tensorboard: Folder of TensorBoard's event files.
        n: How many images a grid shows at least.
        seed: Seed of the noise.
        images: For autoencoders, images (n, height, width, channels) in [-1, 1] to show beside their reconstructions.
        labels: Their labels (n,), which conditional autoencoders need.
    """

    def __init__(
        self,
        folder: Path,
        tensorboard: Path,
        n: int = 64,
        seed: int = 0,
        images: np.ndarray | None = None,
        labels: np.ndarray | None = None,
    ):
        super().__init__()
        self.folder = Path(folder)
        self.n = n
        self.seed = seed
        self.images = images
        self.labels = labels
        self.writer = tf.summary.create_file_writer(str(tensorboard))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: D102
        step = self.model.trained_steps
        with averaged_weights(self.model):
            pictures = {"samples": self.model.contact_sheet(self.n, self.seed)}
            if self.images is not None and isinstance(self.model, AutoencoderModel):
                batches = self.model.in_batches("reconstruct", self.images, labels=self.labels)
                pictures["reconstructions"] = paired_grid(self.images, np.concatenate(list(batches)))
        with self.writer.as_default(step):
            for name, picture in pictures.items():
                write_png(self.folder / name / f"step_{step:06d}.png", picture)
                tf.summary.image(name, picture[None])
        self.writer.flush()
