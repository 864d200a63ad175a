"""Every configuration as a point."""

import math
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..rows import score_of
from ..words import counted, number
from .blocks import Picture, Pictures, Section, Text
from .look import Theme, colour, new_figure, score_axis, shortened
from .searches import Method, Row, Search, Study, scored, trained
from .summaries import Summary, spread, summaries

# What shows in three digits.
_LEAST_GAIN = 1.005


def configurations(study: Study) -> Section:
    """Every trial of the searches."""
    pictures = []
    for search in (search for search in study.searches if search.tried and search.score):
        title = f"{search.title}: every configuration"
        draw = partial(draw_configurations, title=title, score=search.score, rows=search.tried)
        pictures.append(
            Picture(f"configurations_{search.name}", f"{search.title}: the score of every configuration", draw)
        )
    how = (
        "Each point is a trial of the search at its best checkpoint; a star is the method's default, a ring its best. "
        "Crosses on the right edge diverged before their first checkpoint and have no score; what failed is left out."
    )
    texts = [Text(text) for search in study.searches if (text := _in_words(search))]
    return Section("Every configuration", (Text(how), *texts, *([Pictures(tuple(pictures))] if pictures else [])))


def draw_configurations(theme: Theme, title: str, score: str, rows: Mapping[Method, Sequence[Row]]) -> Figure:
    """A strip of points for each method: a star is the default, a ring the best, a cross a trial that has no score.

    Args:
        theme: The colours.
        title: Stands above.
        score: Name of the horizontal axis.
        rows: Trials of a search.
    """
    figure = new_figure(1.5 + 0.33 * len(rows), title)
    axes = figure.subplots()
    reached = [value for each in rows.values() for _, value in scored(each)]
    jitter = np.random.default_rng(0)
    for strip, (method, each) in enumerate(rows.items()):
        ended = trained(each)
        values = np.array([math.inf if (value := score_of(row)) is None else value for row in ended])
        is_default = np.array([row["configuration"] == 0 for row in ended], bool)
        heights = strip + jitter.uniform(-0.22, 0.22, len(ended))
        _strip(axes, theme, colour(theme, method), values, heights, is_default)
    axes.set(xlabel=f"{score}, lower is better", ylim=(len(rows) - 0.4, -0.6))
    axes.set_yticks(range(len(rows)), [shortened(method.title) for method in rows])
    axes.grid(visible=False, axis="y")
    score_axis(axes, "x", reached)
    _leave_an_edge(axes, reached)
    _legend(figure, theme)
    return figure


def _in_words(search: Search) -> str:
    both = [each for each in summaries(search) if each.best and each.default and each.tried.total() > 1]
    if not both:
        return ""
    same = sum(each.best["configuration"] == 0 for each in both)
    of = f"{counted(len(both), 'method')} that tried others and whose default has a score"
    text = f"{search.title}: the default is the best that was tried for {same} of {of}."
    gains = [(score_of(each.default) / score_of(each.best), each) for each in both if score_of(each.best) > 0]
    gain, most = max(gains, key=lambda pair: pair[0], default=(1.0, None))
    return f"{text} {_gain_in_words(gain, most)}" if gain >= _LEAST_GAIN else text


def _gain_in_words(gain: float, most: Summary) -> str:
    """A best is never worse than the default that it is chosen among: what it does on seeds shows how much is luck."""
    text = (
        f"The widest gap is {most.method.title}'s, whose default scores {number(gain)} times the lowest of "
        f"{most.tried.total()}; as the lowest was chosen by these very scores, a part of that is chance"
    )
    if most.scores and not most.unscored:
        over = spread(most.scores)
        text += (
            f": over {counted(over.count, 'seed')} its configuration has a mean of {number(over.mean)}, where the "
            f"default has {number(score_of(most.default))} on its one"
        )
    return f"{text}."


def _strip(axes: Axes, theme: Theme, ink: str, values: np.ndarray, heights: np.ndarray, is_default: np.ndarray) -> None:
    """The points of a method; what has no score lies on the right edge."""
    is_scored, on_edge = np.isfinite(values), axes.get_yaxis_transform()
    look = {"color": ink, "linestyle": ""}
    star = {**look, "marker": "*", "markeredgecolor": theme.ink, "markeredgewidth": 0.6, "ms": 11, "zorder": 4}
    for chosen, mark in (
        (~is_default, {**look, "marker": "o", "ms": 4.5, "alpha": 0.75, "mew": 0}),
        (is_default, star),
    ):
        at = is_scored & chosen
        axes.plot(values[at], heights[at], **mark)
    for chosen, mark in ((~is_default, {**look, "marker": "x", "ms": 5}), (is_default, {**star, "ms": 9})):
        at = ~is_scored & chosen
        axes.plot(np.full(at.sum(), 0.985), heights[at], transform=on_edge, **mark)
    if is_scored.any():
        best = values.argmin()
        size = 12 if is_default[best] else 9
        axes.plot(values[best], heights[best], "o", mfc="none", mec=theme.ink, ms=size, mew=1.1, zorder=5)


def _leave_an_edge(axes: Axes, reached: Sequence[float]) -> None:
    """Room on the right for what diverged, on a band."""
    if not reached:
        axes.set(xticks=[], xlim=(0, 1))
        return
    low, high = axes.get_xlim()
    if axes.get_xscale() == "log":
        axes.set_xlim(low, high * (high / low) ** 0.06)
    else:
        axes.set_xlim(low, high + 0.06 * (high - low))
    ink = axes.xaxis.label.get_color()
    axes.add_patch(Rectangle((0.965, 0), 0.035, 1, transform=axes.transAxes, color=ink, alpha=0.08, lw=0))


def _legend(figure: Figure, theme: Theme) -> None:
    grey = {"color": theme.ink, "linestyle": ""}
    marks = [
        Line2D([], [], marker="*", ms=9, **grey),
        Line2D([], [], marker="o", ms=8, mfc="none", **grey),
        Line2D([], [], marker="x", ms=5, **grey),
    ]
    figure.legend(marks, ["default", "best", "no score (right edge)"], loc="outside lower center", ncols=3)
