"""What was found out about anomalies, as files: a table of scores, heat maps, and ROC curves."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import roc_curve

from tfgen.data.image_set import ImageSet
from tfgen.data.pictures import from_uint8, grid, to_uint8
from tfgen.files import atomic_path
from tfgen.metrics.anomaly import anomaly_detection
from tfgen.tasks.anomalies import ErrorMaps

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DOTS_PER_INCH = 120
_LONGEST_NAME = 16
_PADDING = 2
_COLUMN_INCHES = 1.5


def write_scores(
    path: str | Path, names: Sequence[str], scores: np.ndarray, threshold: float, known: Sequence[str]
) -> None:
    """Writes a CSV with the columns `image`, `score`, `anomalous` (0 or 1) and `known`, whole or not at all.

    Args:
        path: The file.
        names: What each image is called.
        scores: `(n,)`.
        threshold: What is above it is anomalous.
        known: What each image is known to be: `"normal"`, `"abnormal"`, or nothing.
    """
    with atomic_path(Path(path)) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("image", "score", "anomalous", "known"))
        for name, score, kind in zip(names, scores.tolist(), known, strict=True):
            # `repr` reads back as the same number.
            writer.writerow((name, repr(score), int(score > threshold), kind))


def draw_heat_maps(images: ImageSet, maps: ErrorMaps, scores: np.ndarray, names: Sequence[str]) -> "Figure":
    """Images above their reconstructions and where the errors sit, on one colour scale.

    Args:
        images: A few, each of which gets a column.
        maps: As `error_maps` gives them.
        scores: `(n,)`.
        names: What each image is called.
    """
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

    count, (height, width, _) = len(images), images.image_shape
    scale, colours = Normalize(0.0, maps.errors.max()), colormaps["inferno"]
    pictures = [from_uint8(images.images), maps.reconstructions, 2.0 * colours(scale(maps.errors))[..., :3] - 1.0]
    mosaic = grid(
        np.concatenate([to_uint8(np.broadcast_to(each, (count, height, width, 3))) for each in pictures]), count
    )

    sides = _COLUMN_INCHES * count + 2.0, _COLUMN_INCHES * 3 * height / width + 0.8
    figure = Figure(figsize=sides, layout="constrained")
    axes = figure.subplots()
    axes.imshow(mosaic, interpolation="nearest")
    # A dollar would begin a formula.
    short = [name if len(name) <= _LONGEST_NAME else f"...{name[3 - _LONGEST_NAME :]}" for name in names]
    titles = [f"{name}\n{score:.4g}".replace("$", r"\$") for name, score in zip(short, scores, strict=True)]
    column, row = width + _PADDING, height + _PADDING
    axes.set_xticks(_PADDING + width / 2 + column * np.arange(count), titles, fontsize=8)
    axes.set_yticks(_PADDING + height / 2 + row * np.arange(3), ("image", "reconstruction", "error"))
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    figure.colorbar(ScalarMappable(scale, colours), ax=axes, label="squared error")
    return figure


def draw_roc(detectors: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> "Figure":
    """The receiver operating characteristic of detectors, with the area under each.

    Args:
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
    return figure


def write_figure(path: str | Path, figure: "Figure") -> None:
    """Writes a figure as a .png, whole or not at all."""
    with atomic_path(Path(path)) as temporary:
        figure.savefig(temporary, dpi=_DOTS_PER_INCH)
