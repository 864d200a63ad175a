"""Precision against recall on the manifold of polygons."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..numbers.polygons import Point
from .look import Theme, colour, marker, method_legend, new_figure

# Where the axes may end.
_ENDS = (0.1, 0.2, 0.5, 1.0)


def draw_precision_recall(
    theme: Theme, title: str, points: Mapping[int, Sequence[Point]], titles: Mapping[int, str]
) -> Figure:
    """A point for each trial, on lines of equal F1.

    Args:
        theme: The colours.
        title: Stands above.
        points: By the methods' places in the spec.
        titles: Likewise.
    """
    figure = new_figure(4.9, title)
    axes = figure.subplots()
    reached = max(max(point.precision, point.recall) for each in points.values() for point in each)
    end = next(end for end in _ENDS if reached <= 0.95 * end or end == 1.0)
    for f1 in end * np.array([0.2, 0.4, 0.6, 0.8, 0.9]):
        recall = np.linspace(end * f1 / (2 * end - f1), end, 200)
        precision = f1 * recall / (2 * recall - f1)
        axes.plot(recall, precision, color=theme.faint, linewidth=0.9, zorder=1)
        label = {"textcoords": "offset points", "va": "center", "fontsize": 7}
        axes.annotate(f"F1 {f1:.2g}", (end, precision[-1]), (3, 0), **label)
    for at, each in points.items():
        axes.plot(
            [point.recall for point in each],
            [point.precision for point in each],
            linestyle="",
            marker=marker(at),
            color=colour(theme, at),
            markersize=5.5,
            markeredgecolor=theme.paper,
            markeredgewidth=0.5,
            alpha=0.9,
            clip_on=False,
            zorder=3,
        )
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, end), ylim=(0, end), aspect="equal")
    axes.grid(visible=False)
    method_legend(figure, theme, {at: titles[at] for at in points})
    return figure
