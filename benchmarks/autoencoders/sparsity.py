"""Sparse codes, measured: `python -m tfgen.benchmarks.autoencoders.sparsity`.

Prints how active the units of a checkpoint with a target rate are on held-out images, and, for L1 autoencoders that it
trains with growing weights of the penalty, how many of their activations are zero and what that costs.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from tfgen.data import ImageSet, batches, load_images
from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.models import L1Autoencoder, SparseAutoencoder
from tfgen.networks import mlp
from tfgen.zoo import load
from tfgen.zoo.entries import find

CHECKPOINT = "sparse_autoencoder_fashion_mnist"
WEIGHTS = (0.0, 1e-4, 3e-4, 1e-3, 3e-3)
UNITS = 256
STEPS = 3000
BATCH_SIZE = 128


class Row(NamedTuple):
    """An L1 autoencoder on held-out images.

    Attributes:
        weight: Of the penalty.
        zeros: Share of the activations that are exactly 0.
        error: Mean squared error over pixels in [-1, 1].
    """

    weight: float
    zeros: float
    error: float


def train_l1(images: ImageSet, test: np.ndarray, weights: Sequence[float], *, units: int, steps: int) -> list[Row]:
    """Trains one autoencoder with one hidden layer for each weight, alike but for it, and looks at held-out images."""
    rows = []
    for weight in weights:
        keras.utils.set_random_seed(0)
        model = L1Autoencoder(
            mlp.encoder(images.image_shape, units, hidden_dims=()),
            mlp.decoder(images.image_shape, units, hidden_dims=()),
            penalty_weight=weight,
        )
        # Decay keeps the decoder from growing while the codes shrink, which the penalty alone would reward.
        model.compile(keras.optimizers.AdamW(1e-3, weight_decay=1e-2))
        model.fit(batches(images, BATCH_SIZE, repeat=True), steps_per_epoch=steps, verbose=0)
        codes = np.concatenate(list(model.in_batches("encode", test)))
        decoded = np.concatenate(list(model.in_batches("decode", codes)))
        rows.append(Row(weight, float(np.mean(codes == 0)), float(np.mean(np.square(decoded - test)))))
    return rows


def main() -> None:
    """Prints the activations and the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", default=CHECKPOINT, help=f"a sparse autoencoder (default: {CHECKPOINT})")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"of each L1 autoencoder (default: {STEPS})")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    arguments = parser.parse_args()
    model = load(arguments.name)
    if not isinstance(model, SparseAutoencoder):
        raise TfgenError(
            f"the units of {arguments.name} have no target rate, it is of the class {type(model).__name__}; name a "
            "SparseAutoencoder"
        )
    recipe = find(arguments.name).recipe
    data = {"image_size": recipe.image_shape[0], "data_dir": arguments.data_dir, **recipe.data_options}
    training, test = (load_images(recipe.table["data"]["name"], split, **data) for split in ("train", "test"))
    test = from_uint8(test.images)
    activations = np.concatenate(list(model.in_batches("encode", test)))
    of_units = activations.mean(axis=0)
    print(
        f"{arguments.name} on the {len(test):,} test images: mean activation {activations.mean():.4f}, target "
        f"{model.target_rate}; of its {len(of_units)} units half are between {np.quantile(of_units, 0.25):.4f} and "
        f"{np.quantile(of_units, 0.75):.4f}"
    )
    print("\n| weight of the L1 penalty | activations that are zero | mean squared error |\n|---|---|---|")
    for row in train_l1(training, test, WEIGHTS, units=UNITS, steps=arguments.steps):
        print(f"| {row.weight:g} | {row.zeros:.1%} | {row.error:.4f} |")


if __name__ == "__main__":
    main()
