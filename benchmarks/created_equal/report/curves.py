"""The score over the steps, a small panel for each method."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from ..words import counted
from .blocks import Picture, Pictures, Section, Text
from .look import Theme, colour, new_figure, score_axis, shortened
from .searches import Method, Row, Search, Study, curve, trained
from .summaries import lowest

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


def curves(study: Study) -> Section:
    """The score of every trial over its steps."""
    pictures = []
    for search in (search for search in study.searches if search.score):
        found = {method: _curves(search, method) for method in search.methods}
        found = {method: each for method, each in found.items() if each.tried or each.best}
        if found:
            title = f"{search.title}: {search.score} over the steps"
            pictures.append(Picture(f"curves_{search.name}", title, partial(draw_curves, title=title, found=found)))
    if not pictures:
        return Section("Over the steps", (Text("No trial has a score yet."),))
    how = (
        "Thin grey lines are the configurations of a search, coloured ones the best of them, on every seed that it was "
        "trained on. Trials that diverged are drawn up to their last score."
    )
    texts = [Text(text) for search in study.searches if (text := _in_words(search))]
    return Section("Over the steps", (Text(how), *texts, Pictures(tuple(pictures))))


def draw_curves(theme: Theme, title: str, found: Mapping[Method, Curves]) -> Figure:
    """Thin lines are the search's configurations, thick ones the best of them on all its seeds.

    Args:
        theme: The colours.
        title: Stands above, and says which score it is.
        found: What is drawn.
    """
    rows = -(-len(found) // _COLUMNS)
    figure = new_figure(0.9 + 1.45 * rows, title)
    panels = figure.subplots(rows, min(_COLUMNS, len(found)), sharex=True, sharey=True, squeeze=False)
    every = [point for each in found.values() for line in (*each.tried, *each.best) for point in line]
    steps, values = sorted({step for step, _ in every}), [value for _, value in every]
    for axes, (method, each) in zip(panels.flat, found.items(), strict=False):
        for line in each.tried:
            axes.plot(*zip(*line, strict=True), color=theme.ink, alpha=0.3, linewidth=0.7, marker=".", markersize=3)
        for line in each.best:
            axes.plot(*zip(*line, strict=True), color=colour(theme, method), linewidth=1.4, marker="o", markersize=3)
        axes.set_title(shortened(method.title, 24), fontsize=8.5)
        score_axis(axes, "y", values)
        axes.xaxis.set_major_locator(FixedLocator(steps) if len(steps) < 5 else MaxNLocator(4, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    for axes in panels.flat[len(found) :]:
        axes.set_visible(False)
    for axes in panels.flat[max(0, len(found) - _COLUMNS) : len(found)]:
        axes.tick_params(labelbottom=True)
    figure.supxlabel("updates of the discriminator, or of the autoencoder", fontsize=9)
    return figure


def _curves(search: Search, method: Method) -> Curves:
    tried, repeated = trained(search.tried.get(method, ())), trained(search.repeated.get(method, ()))
    best = lowest(tried)
    return Curves(
        _lines([row for row in tried if row is not best], search),
        _lines([best, *repeated] if best else repeated, search),
    )


def _lines(rows: Sequence[Row], search: Search) -> list[Curve]:
    return [line for row in rows if (line := curve(row, search.score))]


def _in_words(search: Search) -> str:
    lines = _lines([row for row in search.all_rows() if row["status"] == "done"], search)
    several = [[value for _, value in line] for line in lines if len(line) > 1]
    if not several:
        return ""
    last = sum(values[-1] == min(values) for values in several)
    return (
        f"{search.title}: of {counted(len(several), 'trial')} done, {last:,} end on their best checkpoint, so that "
        "they may have been stopped while still improving."
    )
