"""Every configuration as a point."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..numbers.searches import Row, result
from .look import Theme, colour, new_figure, score_axis, shortened


def draw_configurations(
    theme: Theme, title: str, score: str, rows: Mapping[int, Sequence[Row]], titles: Mapping[int, str]
) -> Figure:
    """A strip of points for each method: a star is the default, a ring the best, a cross a trial that has no score.

    Args:
        theme: The colours.
        title: Stands above.
        score: Name of the horizontal axis.
        rows: Trials of a search by the methods' places in the spec.
        titles: Likewise.
    """
    figure = new_figure(1.5 + 0.33 * len(rows), title)
    axes = figure.subplots()
    reached = [value for each in rows.values() for row in each if (value := result(row)) is not None]
    jitter = np.random.default_rng(0)
    for strip, (at, each) in enumerate(rows.items()):
        ended = [row for row in each if row["status"] != "failed"]
        values = np.array([math.inf if (value := result(row)) is None else value for row in ended])
        is_default = np.array([row["configuration"] == 0 for row in ended], bool)
        heights = strip + jitter.uniform(-0.22, 0.22, len(ended))
        _strip(axes, theme, colour(theme, at), values, heights, is_default)
    axes.set(xlabel=f"{score}, lower is better", ylim=(len(rows) - 0.4, -0.6))
    axes.set_yticks(range(len(rows)), [shortened(titles[at]) for at in rows])
    axes.grid(visible=False, axis="y")
    score_axis(axes, "x", reached)
    _leave_an_edge(axes, reached)
    _legend(figure, theme)
    return figure


def _strip(axes: Axes, theme: Theme, ink: str, values: np.ndarray, heights: np.ndarray, is_default: np.ndarray) -> None:
    """The points of a method; what has no score lies on the right edge."""
    scored, on_edge = np.isfinite(values), axes.get_yaxis_transform()
    look = {"color": ink, "linestyle": ""}
    star = {**look, "marker": "*", "markeredgecolor": theme.ink, "markeredgewidth": 0.6, "ms": 11, "zorder": 4}
    for chosen, mark in (
        (~is_default, {**look, "marker": "o", "ms": 4.5, "alpha": 0.75, "mew": 0}),
        (is_default, star),
    ):
        at = scored & chosen
        axes.plot(values[at], heights[at], **mark)
    for chosen, mark in ((~is_default, {**look, "marker": "x", "ms": 5}), (is_default, {**star, "ms": 9})):
        at = ~scored & chosen
        axes.plot(np.full(at.sum(), 0.985), heights[at], transform=on_edge, **mark)
    if scored.any():
        best = values.argmin()
        size = 12 if is_default[best] else 9
        axes.plot(values[best], heights[best], "o", mfc="none", mec=theme.ink, ms=size, mew=1.1, zorder=5)


def _leave_an_edge(axes: Axes, reached: Sequence[float]) -> None:
    """Room on the right for what diverged, behind a line."""
    if not reached:
        axes.set(xticks=[], xlim=(0, 1))
        return
    low, high = axes.get_xlim()
    if axes.get_xscale() == "log":
        axes.set_xlim(low, high * (high / low) ** 0.06)
    else:
        axes.set_xlim(low, high + 0.06 * (high - low))
    axes.axvspan(0.965, 1.0, transform=axes.transAxes, color=axes.xaxis.label.get_color(), alpha=0.08, lw=0)


def _legend(figure: Figure, theme: Theme) -> None:
    grey = {"color": theme.ink, "linestyle": ""}
    marks = [
        Line2D([], [], marker="*", ms=9, **grey),
        Line2D([], [], marker="o", ms=8, mfc="none", **grey),
        Line2D([], [], marker="x", ms=5, **grey),
    ]
    figure.legend(marks, ["default", "best", "no score (right edge)"], loc="outside lower center", ncols=3)
