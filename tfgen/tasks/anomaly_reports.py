"""What was found out about anomalies, as files: a table of scores, heat maps, and ROC curves."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_curve

from tfgen.data.image_set import ImageSet
from tfgen.data.pictures import from_uint8
from tfgen.files import atomic_path
from tfgen.metrics.anomaly import anomaly_detection
from tfgen.tasks.anomalies import ErrorMaps

_DOTS_PER_INCH = 120


def write_scores(path: str | Path, names: Sequence[str], scores: np.ndarray, threshold: float) -> None:
    """Writes a CSV with the columns `image`, `score` and `anomalous` (0 or 1), whole or not at all.

    Args:
        path: The file.
        names: What each image is called.
        scores: `(n,)`.
        threshold: What is above it is anomalous.
    """
    with atomic_path(Path(path)) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("image", "score", "anomalous"))
        # `repr` reads back as the same number.
        rows = zip(names, scores.tolist(), strict=True)
        writer.writerows((name, repr(score), int(score > threshold)) for name, score in rows)


def write_heat_maps(
    path: str | Path, images: ImageSet, maps: ErrorMaps, scores: np.ndarray, names: Sequence[str]
) -> None:
    """Draws images, their reconstructions, and where the errors sit, on one colour scale; whole or not at all.

    Args:
        path: A .png.
        images: A few, each of which gets a column.
        maps: As `error_maps` gives them.
        scores: `(n,)`.
        names: What each image is called.
    """
    from matplotlib.figure import Figure

    count = len(images)
    figure = Figure(figsize=(1.5 * count + 1.5, 5.2), layout="constrained")
    axes = figure.subplots(3, count, squeeze=False)
    shown = zip(from_uint8(images.images), maps.reconstructions, strict=True)
    for column, pair, errors, score, name in zip(axes.T, shown, maps.errors, scores, names, strict=True):
        for axis, pixels in zip(column, pair, strict=False):
            axis.imshow((pixels + 1.0) / 2.0, cmap="gray", vmin=0.0, vmax=1.0)
        heat = column[2].imshow(errors, cmap="inferno", vmin=0.0, vmax=maps.errors.max())
        # A dollar would begin a formula.
        short = name if len(name) <= 16 else f"...{name[-13:]}"
        column[0].set_title(f"{short}\n{score:.4g}".replace("$", r"\$"), fontsize=8)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
    for axis, label in zip(axes[:, 0], ("image", "reconstruction", "error"), strict=True):
        axis.set_ylabel(label)
    figure.colorbar(heat, ax=axes[2], label="squared error")
    with atomic_path(Path(path)) as temporary:
        figure.savefig(temporary, dpi=_DOTS_PER_INCH)


def write_roc(path: str | Path, detectors: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Draws the receiver operating characteristic of detectors, with the area under each; whole or not at all.

    Args:
        path: A .png.
        detectors: By name, the scores of normal and of anomalous images, `(n,)` and `(m,)`.

    Raises:
        ValueError: As `anomaly_detection`.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="lightgrey", linestyle="--", label="chance, AUROC 0.5")
    for name, (normal, anomalous) in detectors.items():
        area = anomaly_detection(normal, anomalous).auroc
        labels = np.repeat([0, 1], [len(normal), len(anomalous)])
        false_alarms, found, _ = roc_curve(labels, np.concatenate([normal, anomalous]))
        axes.plot(false_alarms, found, label=f"{name}, AUROC {area:.3f}".replace("$", r"\$"))
    axes.set(xlabel="normal images taken for anomalies", ylabel="anomalies found", aspect="equal")
    axes.set(xlim=(0, 1), ylim=(0, 1.005))
    axes.legend(loc="lower right", fontsize="small")
    with atomic_path(Path(path)) as temporary:
        figure.savefig(temporary, dpi=_DOTS_PER_INCH)
