"""How trials ended, and what they cost in time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ..rows import STATUSES
from ..words import counted, seconds
from .blocks import Block, Picture, Pictures, Section, Table, Text, named
from .look import Theme, new_figure, shortened
from .searches import Method, Row, Search, Study
from .summaries import ends, told_statuses

# Not those of methods: ended as it should, its numbers ran away, an error, nothing to train.
_ENDS = dict(zip(STATUSES, ("#4d8f6f", "#d9822b", "#8a5a9e", "#b7bdc4"), strict=True))
_TIMES = {"training": "#4a7fb5", "scoring": "#c2a24a", "start-up": "#8d949c"}


class Cost(NamedTuple):
    """Medians of a method's trials that ended as they should, and the sum of all.

    Attributes:
        training: Seconds.
        scoring: Seconds.
        startup: Seconds.
        total: Seconds of all its trials, however they ended.
    """

    training: float | None
    scoring: float | None
    startup: float | None
    total: float


def costs(study: Study) -> Section:
    """By data set and method, over all phases."""
    pictures, blocks = [], []
    for search in study.searches:
        rows = {method: search.rows(method) for method in search.methods}
        title = f"{search.title}: how trials ended, and their time"
        pictures.append(Picture(f"costs_{search.name}", title, partial(draw_costs, title=title, rows=rows)))
        blocks += [Text(_in_words(search, rows)), _table(search, rows)]
    how = "Shares are of the trials that have ended, searches and seeds together; times are medians of what is done."
    return Section("How trials ended, and what they cost", (Text(how), Pictures(tuple(pictures)), *blocks))


def cost(rows: Sequence[Row]) -> Cost:
    """What trials cost."""
    done = [row for row in rows if row["status"] == "done"]
    medians = (_median(done, key) for key in ("training_seconds", "scoring_seconds", "startup_seconds"))
    return Cost(*medians, total_seconds(rows))


def total_seconds(rows: Sequence[Row]) -> float:
    """The wall time of all trials, one after the other."""
    return float(sum(row["seconds"] or 0.0 for row in rows))


def draw_costs(theme: Theme, title: str, rows: Mapping[Method, Sequence[Row]]) -> Figure:
    """Bars: on the left the share of trials by how they ended, on the right the median seconds of those that are done.

    Args:
        theme: The colours.
        title: Stands above.
        rows: All trials by method.
    """
    figure = new_figure(1.5 + 0.3 * len(rows), title)
    left, right = figure.subplots(1, 2, sharey=True)
    shown = {status: _ENDS[status] for status in told_statuses(ends(row for each in rows.values() for row in each))}
    for place, each in enumerate(rows.values()):
        ended, spent = ends(each), cost(each)
        _bar(left, place, shown, [ended[status] / len(each) for status in shown])
        _bar(right, place, _TIMES, [spent.training, spent.scoring, spent.startup])
    left.set(xlim=(0, 1), xlabel="share of trials", ylim=(len(rows) - 0.4, -0.6))
    left.set_yticks(range(len(rows)), [shortened(method.title) for method in rows])
    left.set_xticks((0.0, 0.5, 1.0))
    left.xaxis.set_major_formatter(PercentFormatter(1.0))
    right.set(xlabel="median seconds of a trial")
    for axes, loc in ((left, "outside lower left"), (right, "outside lower right")):
        axes.grid(visible=False, axis="y")
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc=loc, ncols=3, handlelength=0.9, columnspacing=0.8, handletextpad=0.4)
    return figure


def _bar(axes: Axes, place: int, inks: Mapping[str, str], widths: Sequence[float | None]) -> None:
    start = 0.0
    for (name, ink), width in zip(inks.items(), widths, strict=True):
        axes.barh(place, width or 0.0, left=start, color=ink, height=0.7, label=name if place == 0 else None)
        start += width or 0.0


def _in_words(search: Search, rows: Mapping[Method, Sequence[Row]]) -> str:
    ended = {method: ends(each) for method, each in rows.items()}
    diverged, failed = (sum(each[status] for each in ended.values()) for status in ("diverged", "failed"))
    text = f"{search.title}: {diverged:,} of {counted(sum(map(len, rows.values())), 'trial')} diverged"
    if diverged:
        most = max(ended, key=lambda method: ended[method]["diverged"] / ended[method].total())
        text += f", most often of {most.title} ({ended[most]['diverged']} of {ended[most].total()})"
    text += f"; {failed or 'none'} failed"
    errors = Counter(row["error"] for row in search.all_rows() if row["status"] == "failed" and row["error"])
    if errors:
        error = errors.most_common(1)[0][0]
        text += f", {'most often ' if failed > 1 else ''}with: {shortened(error, 300)}"
    return f"{text.rstrip('.')}."


def _table(search: Search, rows: Mapping[Method, Sequence[Row]]) -> Block:
    lines, statuses = [], told_statuses(ends(search.all_rows()))[1:]
    for method, each in rows.items():
        ended, spent = ends(each), cost(each)
        counts = [f"{ended[status]} ({ended[status] / len(each):.0%})" if ended[status] else "0" for status in statuses]
        times = [seconds(value) for value in (spent.training, spent.scoring, spent.startup)]
        lines.append([named(method), f"{len(each):,}", *counts, *times, seconds(spent.total)])
    header = ("method", "trials", *statuses, "training", "scoring", "start-up", "all trials")
    return Table(header, lines, f"{search.title}: ends, median times, and the time of all")


def _median(rows: Sequence[Row], key: str) -> float | None:
    values = [row[key] for row in rows if row[key] is not None]
    return float(np.median(values)) if values else None
