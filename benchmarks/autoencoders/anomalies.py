"""Novel classes found by models of one class: `python -m tfgen.benchmarks.autoencoders.anomalies --output results`.

The one-class protocol on Fashion-MNIST: for each class a VAE is trained on that class's training images alone, and
scores the whole test split. Printed as Markdown: the area under the ROC curve (AUROC) of telling each other class from
the normal test images, beside scikit-learn's IsolationForest and PCA's reconstruction error on the same pixels. A line
of JSON is kept for each class, so that a stopped run goes on where it was; a picture of the mean ROC curves is drawn.
"""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_curve

from tfgen.data import ImageSet, batches, load_images
from tfgen.data.pictures import from_uint8
from tfgen.data.progress import progress
from tfgen.files import atomic_path
from tfgen.json_lines import append_rows, read_rows
from tfgen.metrics.anomaly import anomaly_detection

DATA = "fashion_mnist"
LATENT_DIM = 16
WIDTH = 32
STEPS = 600
BATCH_SIZE = 128
SEED = 0
SMOOTHING = 1.0
COMPONENTS = (4, 8, 16, 32, 64, 128)
# A share of the variance: as many components as it takes.
VARIANCE = 0.95
TREES = 100

OURS = "VAE, smoothed error"
ELBO = "VAE, negative ELBO"
FOREST = "IsolationForest"
_FALSE_ALARMS = np.linspace(0.0, 1.0, 101)


def train(images: ImageSet, steps: int = STEPS) -> Any:
    """A VAE (convolutional, Bernoulli likelihood) of these images."""
    import keras

    from tfgen.models import VAE
    from tfgen.networks import convolutional

    keras.utils.set_random_seed(SEED)
    shape = images.image_shape
    model = VAE(
        convolutional.encoder(shape, 2 * LATENT_DIM, width=WIDTH),
        convolutional.decoder(shape, LATENT_DIM, width=WIDTH, output_activation="linear"),
        seed=SEED,
    )
    model.compile(keras.optimizers.Adam(1e-3))
    shown = progress(range(steps), "training a VAE", steps)
    next(shown)
    advance = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: next(shown, None))
    data = batches(images, BATCH_SIZE, seed=SEED, repeat=True)
    model.fit(data, steps_per_epoch=steps, shuffle=False, verbose=0, callbacks=[advance])
    return model


def detectors(normal: ImageSet, test: ImageSet, steps: int = STEPS) -> Iterator[tuple[str, np.ndarray]]:
    """Fits every detector on normal images.

    Args:
        normal: The training images of one class.
        test: What is scored.
        steps: Updates of the VAE.

    Yields:
        The detector's name and the scores of the test images, `(n,)`, high for anomalies.
    """
    from tfgen.tasks.anomalies import anomaly_scores

    model = train(normal, steps)
    yield OURS, anomaly_scores(model, test, SMOOTHING)
    yield ELBO, anomaly_scores(model, test)
    fitted, scored = (from_uint8(images.images).reshape(len(images), -1) for images in (normal, test))
    yield FOREST, -IsolationForest(n_estimators=TREES, random_state=SEED).fit(fitted).score_samples(scored)
    for components in (VARIANCE, *(count for count in COMPONENTS if count < min(fitted.shape))):
        pca = PCA(components, svd_solver="full").fit(fitted)
        errors = (scored - pca.inverse_transform(pca.transform(scored))).reshape(test.images.shape)
        name = f"PCA, {components:.0%} of the variance" if components < 1 else f"PCA, {components} components"
        yield name, np.square(errors).mean(axis=(1, 2, 3))
        smooth = gaussian_filter(errors, SMOOTHING, axes=(1, 2))
        yield f"{name}, smoothed error", np.square(smooth).mean(axis=(1, 2, 3))


def measure(label: int, training: ImageSet, test: ImageSet, steps: int = STEPS) -> dict[str, Any]:
    """All detectors of one normal class, as a row of the results.

    Returns:
        `class`, the normal class; `auroc`, by detector and held-out class; `roc`, by detector, the share of all
        anomalies found at 0, 1, ..., 100 % of false alarms; `seconds`.
    """
    began = time.monotonic()
    normal = ImageSet(np.ascontiguousarray(training.images[training.labels == label]), origin=training.origin)
    is_normal = test.labels == label
    row = {"class": test.class_names[label], "steps": steps, "auroc": {}, "roc": {}}
    for name, scores in detectors(normal, test, steps):
        row["auroc"][name] = {
            test.class_names[other]: anomaly_detection(scores[is_normal], scores[test.labels == other]).auroc
            for other in np.unique(test.labels[~is_normal])
        }
        false_alarms, found, _ = roc_curve(~is_normal, scores)
        row["roc"][name] = np.interp(_FALSE_ALARMS, false_alarms, found).round(5).tolist()
    return {**row, "seconds": round(time.monotonic() - began, 1)}


def compared(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """What the tables show: by detector, its mean AUROC over the held-out classes, for each normal class.

    Of PCA those are the usual share of the variance, and the number of components that turned out best on the average
    of the classes, which favours it.
    """
    means = {name: [float(np.mean(list(row["auroc"][name].values()))) for row in rows] for name in rows[0]["auroc"]}

    def best(smoothed: bool) -> str:
        names = [name for name in means if name.endswith("components, smoothed error" if smoothed else "components")]
        return max(names, key=lambda name: np.mean(means[name]))

    chosen = (OURS, ELBO, FOREST, f"PCA, {VARIANCE:.0%} of the variance", best(False), best(True))
    return {name: means[name] for name in chosen}


def tables(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines of Markdown: the detectors for each normal class, and the VAE for each pair of classes."""
    found = compared(rows)
    lines = [f"| normal class | {' | '.join(found)} |", f"|---|{'---|' * len(found)}"]
    for row, values in zip(rows, zip(*found.values(), strict=True), strict=True):
        lines.append(f"| {row['class']} | {' | '.join(f'{value:.3f}' for value in values)} |")
    lines.append(f"| **mean** | {' | '.join(f'**{np.mean(values):.4f}**' for values in found.values())} |")
    names = sorted({name for row in rows for name in row["auroc"][OURS]})
    lines += ["", f"| normal \\ anomalous | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for row in rows:
        cells = [f"{row['auroc'][OURS][name]:.3f}" if name in row["auroc"][OURS] else "" for name in names]
        lines.append(f"| {row['class']} | {' | '.join(cells)} |")
    return lines


def picture(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draws the ROC curves of the compared detectors, each the mean over the normal classes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="lightgrey", linestyle="--", label="chance, AUROC 0.5")
    for name, values in compared(rows).items():
        curve = np.mean([row["roc"][name] for row in rows], axis=0)
        axes.plot(_FALSE_ALARMS, curve, label=f"{name}, AUROC {np.mean(values):.3f}")
    axes.set(xlabel="normal images taken for anomalies", ylabel="anomalies found", aspect="equal")
    axes.legend(loc="lower right", fontsize="small")
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=120)


def main() -> None:
    """Measures what is not measured yet, then prints the tables and draws the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("results"), help="a folder (default: results)")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"updates of each VAE (default: {STEPS})")
    parser.add_argument("--classes", type=int, nargs="+", default=range(10), help="normal classes (default: all)")
    arguments = parser.parse_args()
    training, test = (load_images(DATA, split) for split in ("train", "test"))
    file = arguments.output / "anomalies.jsonl"
    for label in arguments.classes:
        name = test.class_names[label]
        if not any((row["class"], row["steps"]) == (name, arguments.steps) for row in read_rows(file)):
            append_rows(file, [measure(label, training, test, arguments.steps)])
            print(f"measured: normal class {name}", flush=True)
    wanted = [test.class_names[label] for label in arguments.classes]
    rows = [row for row in read_rows(file) if row["class"] in wanted and row["steps"] == arguments.steps]
    rows.sort(key=lambda row: wanted.index(row["class"]))
    print("\n".join(tables(rows)))
    picture(rows, arguments.output / "anomalies_roc.png")


if __name__ == "__main__":
    main()
