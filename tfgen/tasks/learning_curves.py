"""Learning curves as a table and as a picture: accuracy by the number of labels, over the seeds of each."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Column, Table

from tfgen.files import atomic_path


def accuracies(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[int, np.ndarray]]:
    """The accuracies of `learning_curve`'s rows by contender and by labels of a class, in rising order of these."""
    found = {}
    for row in sorted(rows, key=lambda row: (row["labels_per_class"], row["seed"])):
        found.setdefault(row["contender"], {}).setdefault(row["labels_per_class"], []).append(row["accuracy"])
    return {name: {count: np.array(values) for count, values in curve.items()} for name, curve in found.items()}


def curve_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Mean and standard deviation of the accuracies over the seeds, in percent, for a terminal."""
    curves = accuracies(rows)
    columns = [Column(name.replace("_", " "), justify="right", no_wrap=True) for name in curves]
    table = Table(Column("labels of each class", justify="right"), *columns, box=None)
    for count in sorted({count for curve in curves.values() for count in curve}):
        table.add_row(f"{count:,}", *(_words(curve.get(count, ())) for curve in curves.values()))
    return table


def write_curves(rows: Iterable[Mapping[str, Any]], path: Path, title: str) -> None:
    """Draws a curve for each contender, with the seeds' standard deviation as error bars.

    Args:
        rows: As `learning_curve` yields them.
        path: The .png to write.
        title: What stands above.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import ScalarFormatter

    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.subplots()
    for name, curve in accuracies(rows).items():
        means = [100 * values.mean() for values in curve.values()]
        deviations = [100 * _deviation(values) for values in curve.values()]
        axes.errorbar(list(curve), means, deviations, marker="o", capsize=3, label=name.replace("_", " "))
    axes.set(xscale="log", xlabel="labelled images of each class", ylabel="test accuracy in %", title=title)
    counts = sorted({row["labels_per_class"] for row in rows})
    axes.set_xticks(counts, minor=False)
    axes.set_xticks([], minor=True)
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.grid(alpha=0.3)
    axes.legend()
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=100)


def _words(values: np.ndarray) -> str:
    if not len(values):
        return ""
    mean = f"{100 * values.mean():.1f}"
    return f"{mean} ± {100 * _deviation(values):.1f}" if len(values) > 1 else mean


def _deviation(values: np.ndarray) -> float:
    return values.std(ddof=1) if len(values) > 1 else 0.0
