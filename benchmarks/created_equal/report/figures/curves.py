"""The score over the steps, a small panel for each method."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from .look import Theme, colour, new_figure, score_axis, shortened

Curve = Sequence[tuple[int, float]]
_COLUMNS = 2


class Curves(NamedTuple):
    """A method's.

    Attributes:
        tried: Of the search's trials.
        best: Of the best configuration, in the search and on further seeds.
    """

    tried: Sequence[Curve]
    best: Sequence[Curve]


def draw_curves(theme: Theme, title: str, curves: Mapping[int, Curves], titles: Mapping[int, str]) -> Figure:
    """Thin lines are the search's configurations, thick ones the best of them on all its seeds.

    Args:
        theme: The colours.
        title: Stands above, and says which score it is.
        curves: By the methods' places in the spec.
        titles: Likewise.
    """
    rows = -(-len(curves) // _COLUMNS)
    figure = new_figure(0.9 + 1.45 * rows, title)
    panels = figure.subplots(rows, min(_COLUMNS, len(curves)), sharex=True, sharey=True, squeeze=False)
    every = [point for each in curves.values() for curve in (*each.tried, *each.best) for point in curve]
    steps, values = sorted({step for step, _ in every}), [value for _, value in every]
    for axes, (at, each) in zip(panels.flat, curves.items(), strict=False):
        for curve in each.tried:
            axes.plot(*_line(curve), color=theme.ink, alpha=0.3, linewidth=0.7, marker=".", markersize=3)
        for curve in each.best:
            axes.plot(*_line(curve), color=colour(theme, at), linewidth=1.4, marker="o", markersize=3)
        axes.set_title(shortened(titles[at], 24), fontsize=8.5)
        score_axis(axes, "y", values)
        axes.xaxis.set_major_locator(FixedLocator(steps) if len(steps) < 5 else MaxNLocator(4, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    for axes in panels.flat[len(curves) :]:
        axes.set_visible(False)
    for axes in panels.flat[max(0, len(curves) - _COLUMNS) : len(curves)]:
        axes.tick_params(labelbottom=True)
    figure.supxlabel("updates of the discriminator, or of the autoencoder", fontsize=9)
    return figure


def _line(curve: Curve) -> tuple[list[int], list[float]]:
    return [step for step, _ in curve], [value for _, value in curve]
