"""Novel classes found by models of one class: `python -m tfgen.benchmarks.autoencoders.anomalies --output results`.

The one-class protocol on Fashion-MNIST: for each class a VAE is trained on that class's training images alone, and
scores the whole test split. Printed as Markdown: the area under the ROC curve (AUROC) of telling each other class from
the normal test images, beside scikit-learn's IsolationForest and PCA's reconstruction error on the same pixels. A line
of JSON is kept for each class and settings, so that a stopped run goes on where it was; a picture of the mean ROC
curves is drawn.

The VAE, the length of its training and the blur of its error were chosen by the test AUROC of two normal classes,
shirts and sandals, so that the mean over the eight others is the fair one. Of the forests and of PCA the settings with
the best mean over all classes are shown, which favours them.
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
# Of a forest: trees, and the images that each of them is grown on, a number or a share. scikit-learn's own come first.
FORESTS = ((100, 256), (300, 256), (100, 1.0), (300, 1.0))
CHOSEN_ON = ("Shirt", "Sandal")
"""The normal classes whose test AUROC the VAE's settings were chosen by."""

OURS = "VAE, smoothed error"
SHARP = "VAE, error"
# Cross-entropy of the decoded posterior mean plus the divergence: the bound would take the mean over the posterior.
PLUG_IN = "VAE, plug-in loss"
FOREST = "IsolationForest"
_SMOOTHED = ", smoothed error"
_FALSE_ALARMS = np.linspace(0.0, 1.0, 101)


def settings(steps: int = STEPS) -> dict[str, Any]:
    """All that the results depend on, as it is kept in their rows."""
    return {
        "data": DATA,
        "latent_dim": LATENT_DIM,
        "width": WIDTH,
        "steps": steps,
        "batch_size": BATCH_SIZE,
        "seed": SEED,
        "smoothing": SMOOTHING,
        "components": [VARIANCE, *COMPONENTS],
        "forests": [list(forest) for forest in FORESTS],
    }


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
    yield SHARP, anomaly_scores(model, test, 0.0)
    yield PLUG_IN, anomaly_scores(model, test, None)
    fitted, scored = (from_uint8(images.images).reshape(len(images), -1) for images in (normal, test))
    for trees, samples in FORESTS:
        forest = IsolationForest(n_estimators=trees, max_samples=min(samples, len(fitted)), random_state=SEED)
        yield _forest_name(trees, samples), -forest.fit(fitted).score_samples(scored)
    for components in (VARIANCE, *(count for count in COMPONENTS if count < min(fitted.shape))):
        pca = PCA(components, svd_solver="full").fit(fitted)
        errors = (scored - pca.inverse_transform(pca.transform(scored))).reshape(test.images.shape)
        name = f"PCA, {components:.0%} of the variance" if components < 1 else f"PCA, {components} components"
        yield name, np.square(errors).mean(axis=(1, 2, 3))
        smooth = gaussian_filter(errors, SMOOTHING, axes=(1, 2))
        yield f"{name}{_SMOOTHED}", np.square(smooth).mean(axis=(1, 2, 3))


def _forest_name(trees: int, samples: int | float) -> str:
    grown_on = f"{samples:.0%} of the" if isinstance(samples, float) else samples
    return f"{FOREST}, {trees} trees of {grown_on} images"


def measure(label: int, training: ImageSet, test: ImageSet, steps: int = STEPS) -> dict[str, Any]:
    """All detectors of one normal class, as a row of the results.

    Returns:
        `class`, the normal class; `settings`, as the function gives them; `auroc`, by detector and held-out class;
        `roc`, by detector, the share of all anomalies found at 0, 1, ..., 100 % of false alarms; `seconds`.
    """
    began = time.monotonic()
    normal = ImageSet(np.ascontiguousarray(training.images[training.labels == label]), origin=training.origin)
    is_normal = test.labels == label
    row = {"class": test.class_names[label], "settings": settings(steps), "auroc": {}, "roc": {}}
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

    Of the forests those are the one with scikit-learn's own settings and the one that turned out best on the average
    of the classes; of PCA, with and without the error smoothed, the usual share of the variance and the number of
    components that turned out best likewise.
    """
    means = {name: [float(np.mean(list(row["auroc"][name].values()))) for row in rows] for name in rows[0]["auroc"]}

    def best(start: str, end: str) -> str:
        names = [name for name in means if name.startswith(start) and name.endswith(end)]
        return max(names, key=lambda name: np.mean(means[name]))

    forests = _forest_name(*FORESTS[0]), best(FOREST, "images")
    usual = f"PCA, {VARIANCE:.0%} of the variance"
    components = best("PCA", "components"), best("PCA", f"components{_SMOOTHED}")
    chosen = (OURS, SHARP, PLUG_IN, *forests, usual, f"{usual}{_SMOOTHED}", *components)
    return {name: means[name] for name in chosen}


def tables(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines of Markdown: the detectors for each normal class and on average, and the VAE for each pair of classes."""
    found = compared(rows)
    lines = [f"| normal class | {' | '.join(found)} |", f"|---|{'---|' * len(found)}"]
    for row, values in zip(rows, zip(*found.values(), strict=True), strict=True):
        lines.append(f"| {row['class']} | {' | '.join(f'{value:.3f}' for value in values)} |")
    untouched = [index for index, row in enumerate(rows) if row["class"] not in CHOSEN_ON]
    means = {"mean": range(len(rows)), f"mean without {' and '.join(CHOSEN_ON)}": untouched}
    for name, indices in means.items():
        cells = [f"**{np.mean([values[index] for index in indices]):.4f}**" for values in found.values() if indices]
        lines += [f"| **{name}** | {' | '.join(cells)} |"] * bool(cells)
    lines += [
        "",
        f"The VAE's settings and its blur were chosen by the test AUROC of {' and '.join(CHOSEN_ON)}, the forest's and "
        "the number of PCA's components by the first mean.",
    ]
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
    parser.add_argument(
        "--classes", type=int, nargs="+", choices=range(10), default=range(10), help="normal classes (default: all)"
    )
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    arguments = parser.parse_args()
    training, test = (load_images(DATA, split, data_dir=arguments.data_dir) for split in ("train", "test"))
    file = arguments.output / "anomalies.jsonl"

    def measured() -> dict[str, dict[str, Any]]:
        return {row["class"]: row for row in read_rows(file) if row.get("settings") == settings(arguments.steps)}

    for label in arguments.classes:
        name = test.class_names[label]
        if name not in measured():
            append_rows(file, [measure(label, training, test, arguments.steps)])
            print(f"measured: normal class {name}", flush=True)
    found = measured()
    rows = [found[test.class_names[label]] for label in arguments.classes]
    print("\n".join(tables(rows)))
    picture(rows, arguments.output / "anomalies_roc.png")


if __name__ == "__main__":
    main()
