"""Sparse codes, measured: `python -m tfgen.benchmarks.autoencoders.sparsity`.

Prints how active the units of a checkpoint with a target rate are on held-out images, and, for L1 autoencoders that it
trains with growing weights of the penalty, how many of their activations are zero and what that costs.
"""

import argparse
from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np

from tfgen.data import ImageSet, batches, load_images
from tfgen.data.pictures import from_uint8
from tfgen.models import L1Autoencoder
from tfgen.networks import mlp
from tfgen.zoo import load

CHECKPOINT = "sparse_autoencoder_fashion_mnist"
WEIGHTS = (0.0, 1e-4, 3e-4, 1e-3, 3e-3)
UNITS = 256
STEPS = 3000


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
        model.fit(batches(images, 128, repeat=True), steps_per_epoch=steps, verbose=0)
        codes = np.concatenate(list(model.in_batches("encode", test)))
        decoded = np.concatenate(list(model.in_batches("decode", codes)))
        rows.append(Row(weight, float(np.mean(codes == 0)), float(np.mean(np.square(decoded - test)))))
    return rows


def main() -> None:
    """Prints the activations and the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", default=CHECKPOINT, help=f"a sparse autoencoder (default: {CHECKPOINT})")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"of each L1 autoencoder (default: {STEPS})")
    arguments = parser.parse_args()
    model, test = load(arguments.name), from_uint8(load_images("fashion_mnist", "test").images)
    activations = np.concatenate(list(model.in_batches("encode", test)))
    of_units = activations.mean(axis=0)
    print(
        f"{arguments.name} on the {len(test):,} test images: mean activation {activations.mean():.4f}, target "
        f"{model.target_rate}; of its {len(of_units)} units half are between {np.quantile(of_units, 0.25):.4f} and "
        f"{np.quantile(of_units, 0.75):.4f}"
    )
    print("\n| weight of the L1 penalty | activations that are zero | mean squared error |\n|---|---|---|")
    for row in train_l1(load_images("fashion_mnist"), test, WEIGHTS, units=UNITS, steps=arguments.steps):
        print(f"| {row.weight:g} | {row.zeros:.1%} | {row.error:.4f} |")


if __name__ == "__main__":
    main()
