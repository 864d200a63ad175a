"""Records what TF-GAN 2.1.0 makes of drawn features, logits and images.

In an environment of its own: `REQUIREMENTS` from PyPI, then TF-GAN without what it requires, which pip cannot install.

    pip install REQUIREMENTS
    pip install --no-deps tensorflow-gan==2.1.0
    python tests/oracles/tf_gan.py tests/oracles/tf_gan.json
"""

import importlib
import json
import sys
import types
from importlib.metadata import distribution, version
from pathlib import Path
from unittest import mock

import numpy as np

REQUIREMENTS = (
    "numpy==2.4.6",
    "setuptools",
    "tensorflow-cpu==2.21.0",
    "tensorflow-probability==0.25.0",
    "tf-keras==2.21.0",
)

FRECHET = [
    {"name": "one distribution", "seed": 0, "reference": [500, 16], "generated": [400, 16]},
    {
        "name": "shifted and scaled",
        "seed": 1,
        "reference": [500, 32],
        "generated": [500, 32],
        "shift": 0.5,
        "scale": 2.0,
    },
    {"name": "correlated", "seed": 2, "reference": [300, 24], "generated": [350, 24], "mix": True},
    {"name": "fewer rows than columns", "seed": 3, "reference": [40, 96], "generated": [30, 96], "mix": True},
]
KERNEL = [
    {"name": "one distribution", "seed": 4, "reference": [400, 16], "generated": [400, 16], "subset_size": 100},
    {"name": "shifted", "seed": 5, "reference": [600, 32], "generated": [600, 32], "subset_size": 150, "shift": 0.3},
    {"name": "more reference rows", "seed": 6, "reference": [600, 16], "generated": [300, 16], "subset_size": 100},
]
INCEPTION = [
    {"name": "unsure", "seed": 7, "logits": [500, 10], "scale": 1.0, "splits": 10},
    {"name": "sure", "seed": 8, "logits": [600, 100], "scale": 8.0, "splits": 1},
    {"name": "parts of unequal size", "seed": 9, "logits": [503, 10], "scale": 4.0, "splits": 10},
]
SLICED = [
    {"name": "two levels", "seed": 10, "images": [6, 32, 32, 3], "power": 3},
    {"name": "three levels", "seed": 11, "images": [4, 64, 64, 3], "power": 5},
]


def features(case: dict) -> tuple[np.ndarray, np.ndarray]:
    """The reference and generated features of a case: normal, mixed, the generated ones scaled and shifted."""
    rng = np.random.default_rng(case["seed"])
    reference, generated = rng.normal(size=case["reference"]), rng.normal(size=case["generated"])
    if "mix" in case:
        reference, generated = (rows @ rng.normal(size=(rows.shape[1],) * 2) for rows in (reference, generated))
    return reference, generated * case.get("scale", 1.0) + case.get("shift", 0.0)


def logits(case: dict) -> np.ndarray:
    """The logits of a case: normal, scaled."""
    return case["scale"] * np.random.default_rng(case["seed"]).normal(size=case["logits"])


def images(case: dict) -> tuple[np.ndarray, np.ndarray]:
    """The reference and generated images of a case: uniform in [-1, 1], the generated ones raised to a power."""
    reference, generated = np.random.default_rng(case["seed"]).uniform(-1, 1, (2, *case["images"])).astype("float32")
    return reference, generated ** case["power"]


def frechet(case: dict, metrics: types.ModuleType) -> dict:
    """The Fréchet distance."""
    return {"value": float(metrics.frechet_classifier_distance_from_activations(*features(case)))}


def kernel(case: dict, metrics: types.ModuleType) -> dict:
    """The kernel distance, of rows that are shuffled beforehand, as TF-GAN takes them in the order given."""
    import tensorflow as tf

    rng = np.random.default_rng(case["seed"])
    reference, generated = (tf.constant(rows[rng.permutation(len(rows))]) for rows in features(case))
    # The largest block rather than the smallest: as many blocks as there are subsets.
    size = max(case["reference"][0], case["generated"][0]) * case["subset_size"] // case["generated"][0]
    found = metrics.kernel_classifier_distance_and_std_from_activations(reference, generated, max_block_size=size)
    return {"value": float(found[0]), "standard_error": float(found[1])}


def inception(case: dict, metrics: types.ModuleType) -> dict:
    """Mean and deviation of the scores of successive parts, each by TF-GAN, which knows no parts."""
    rows, splits = logits(case), case["splits"]
    parts = [rows[part * len(rows) // splits : (part + 1) * len(rows) // splits] for part in range(splits)]
    scores = [float(metrics.classifier_score_from_logits(part)) for part in parts]
    return {"value": float(np.mean(scores)), "standard_deviation": float(np.std(scores))}


def sliced(case: dict, metrics: types.ModuleType) -> dict:
    """The sliced Wasserstein distance of each level, by the height of its images.

    TF-GAN's are the pyramid, the cutting of patches and the distance; where it draws, it gets what
    `sliced_wasserstein_distance` draws. The patches' normalisation is not TF-GAN's: it normalises each patch by itself,
    the paper's authors each channel over all patches.
    """
    import tensorflow as tf

    rng = np.random.default_rng(case["seed"])

    def positions(low: int, high: int, size: tuple[int, ...]) -> np.ndarray:
        return low + rng.integers(high - low, size=size)

    def descriptors(level: tf.Tensor) -> tf.Tensor:
        with mock.patch.object(np.random, "randint", positions):
            patches = np.asarray(metrics._batch_to_patches(level, 128, 7), np.float64)
        patches = (patches - patches.mean(axis=(0, 1, 2))) / patches.std(axis=(0, 1, 2))
        return tf.constant(patches.transpose(0, 3, 1, 2).reshape(len(patches), -1), tf.float32)

    count = int(np.log2(case["images"][1])) - 3
    levels = {}
    for real, fake in zip(*(metrics.laplacian_pyramid(tf.constant(set_), count) for set_ in images(case)), strict=True):
        first, second = descriptors(real), descriptors(fake)
        directions = np.float32(rng.standard_normal((512, first.shape[1])).T)
        repeats = iter(np.split(directions, 4, axis=1))
        with mock.patch.object(tf.random, "normal", lambda shape, repeats=repeats: tf.constant(next(repeats))):
            levels[str(real.shape[1])] = float(metrics._sliced_wasserstein(first, second, 4, 128))
    return levels


def tf_gan_module(name: str) -> types.ModuleType:
    """A module of TF-GAN's `eval`, without what its packages import at their start and TensorFlow no longer has."""
    for package in ("tensorflow_gan", "tensorflow_gan.python", "tensorflow_gan.python.eval"):
        stub = sys.modules.setdefault(package, types.ModuleType(package))
        stub.__path__ = [str(distribution("tensorflow-gan").locate_file(package.replace(".", "/")))]
    return importlib.import_module(f"tensorflow_gan.python.eval.{name}")


def record(path: Path) -> None:
    """Writes the cases with their scores, and the versions that made them."""
    classifier, wasserstein = tf_gan_module("classifier_metrics"), tf_gan_module("sliced_wasserstein")
    recorded = {
        score.__name__: [{**case, "scores": score(case, metrics)} for case in cases]
        for score, cases, metrics in (
            (frechet, FRECHET, classifier),
            (kernel, KERNEL, classifier),
            (inception, INCEPTION, classifier),
            (sliced, SLICED, wasserstein),
        )
    }
    names = ("numpy", "tensorflow-cpu", "tensorflow-gan", "tensorflow-probability", "tf-keras")
    recorded["versions"] = {name: version(name) for name in names}
    path.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record(Path(sys.argv[1]))
