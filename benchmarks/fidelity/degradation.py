"""Whether FID sees damage done to real images, by two extractors: `python -m tfgen.benchmarks.fidelity.degradation`."""

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr

DROPPED = (1, 3, 5)
BLUR_PIXELS = 1.0
NOISE_LEVELS = (0.1, 0.3)
SEED = 0


def variants(images: np.ndarray, labels: np.ndarray, count: int) -> Iterator[tuple[str, np.ndarray]]:
    """Copies of real images, each damaged in one way.

    Args:
        images: uint8 `(n, height, width, channels)`, in random order.
        labels: Their classes.
        count: How many images of each copy.

    Yields:
        What was done, and `count` images.
    """
    yield "nothing", images[:count]
    for dropped in DROPPED:
        kept = images[labels >= dropped]
        yield f"{dropped} of 10 classes dropped", kept[:count]
    blurred = gaussian_filter(images[:count].astype(np.float32), BLUR_PIXELS, axes=(1, 2))
    yield f"blurred, sigma {BLUR_PIXELS:g} pixel", np.rint(blurred).astype(np.uint8)
    for level in NOISE_LEVELS:
        noise = np.random.default_rng(SEED).normal(0, level * 255, images[:count].shape)
        noisy = np.clip(np.rint(images[:count] + noise), 0, 255).astype(np.uint8)
        yield f"Gaussian noise, deviation {level:g} of the range", noisy
    yield "noise alone, uniform", np.random.default_rng(SEED).integers(0, 256, images[:count].shape, np.uint8)


def main() -> None:
    """Prints a Markdown table of the distances, and Spearman's rank correlation of the extractors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="fashion_mnist", help="a data set with classes (default: fashion_mnist)")
    parser.add_argument("--extractors", default="inception_2015,fashion_mnist_classifier", help="names, comma between")
    parser.add_argument("--count", type=int, default=2000, help="images of either side (default: 2000)")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    arguments = parser.parse_args()

    from tfgen.evaluation import Evaluation
    from tfgen.evaluation.sources import ImageSource, open_images

    training = open_images(f"{arguments.data}:train", data_dir=arguments.data_dir)
    test = open_images(f"{arguments.data}:test", data_dir=arguments.data_dir)
    reference = ImageSource(
        test.label,
        dataclasses.replace(test.images, images=test.images.images[: arguments.count], labels=None),
        test.name,
    )
    names = arguments.extractors.split(",")
    evaluations = [Evaluation(["fid"], reference, name) for name in names]
    print(f"| done to {arguments.count:,} training images | {' | '.join(names)} |")
    print(f"|---|{'---|' * len(names)}", flush=True)
    rows = []
    for done, images in variants(training.images.images, training.images.labels, arguments.count):
        image_set = dataclasses.replace(training.images, images=np.ascontiguousarray(images), labels=None)
        source = ImageSource(done, image_set, done)
        rows.append([evaluation(source)[0].value for evaluation in evaluations])
        print(f"| {done} | {' | '.join(f'{value:.4g}' for value in rows[-1])} |", flush=True)
    first, *others = zip(*rows, strict=True)
    for name, other in zip(names[1:], others, strict=True):
        print(f"\nSpearman's rank correlation of {names[0]} and {name}: {spearmanr(first, other).statistic:.3f}")


if __name__ == "__main__":
    main()
