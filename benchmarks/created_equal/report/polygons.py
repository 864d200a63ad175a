"""Precision, recall and F1 on the manifold of polygons."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from ..words import NONE, counted, mean_and_deviation, share, whole
from .blocks import Block, Cell, Picture, Pictures, Section, Table, Text, named
from .look import Theme, colour, marker, method_legend, new_figure
from .searches import Method, Row, Search, Study, trained
from .summaries import spread

POLYGON_SCORES = ("polygon precision", "polygon recall", "polygon f1")
_GOOD = 0.5
# Where the figure's axes may end.
_ENDS = (0.1, 0.2, 0.5, 1.0)


class Point(NamedTuple):
    """A checkpoint on the manifold."""

    precision: float
    recall: float
    f1: float
    step: int


def best_f1(row: Row) -> Point | None:
    """The checkpoint of a trial with the highest F1; None if the trial failed, or has no F1."""
    return max(_points(row), key=lambda point: point.f1, default=None) if trained([row]) else None


def polygon_scores(search: Search) -> list[Block]:
    """Each method's highest F1 of all checkpoints of its search, and over the seeds; nothing if there are none."""
    if not any(best_f1(row) for row in search.all_rows()):
        return []
    best = {method: _best(search.tried.get(method, ())) for method in search.methods}
    highest = max((found[1].f1 for found in best.values() if found), default=None)
    rows = []
    for method, found in best.items():
        again = [point for row in search.repeated.get(method, ()) if (point := best_f1(row))]
        row, point = found or (None, None)
        # Of several that have none, none is the best.
        is_some = point is not None and point.f1 > 0
        numbers = [share(point and getattr(point, name)) for name in ("f1", "precision", "recall")]
        over_seeds = [
            mean_and_deviation(spread([getattr(each, name) for each in again]), share)
            for name in ("f1", "precision", "recall")
        ]
        where = [whole(row["configuration"]), whole(point.step)] if is_some else [NONE, NONE]
        is_highest = bool(point and point.f1 == highest and highest > 0)
        rows.append(
            [named(method), Cell(numbers[0], strong=is_highest), *numbers[1:], *where, whole(len(again)), *over_seeds]
        )
    text = (
        "Precision is the share of generated images that lie on the manifold of polygons, recall the share of test "
        "images that the generator comes near to, F1 their harmonic mean; higher is better. Each is taken at the "
        "checkpoint with the trial's highest F1. The seeds train the configuration with the lowest distance, which "
        "need not be the one with the highest F1."
    )
    if highest == 0:
        text += " No trial of the search has an F1 above 0."
    elif highest is not None:
        first = next(method for method, found in best.items() if found and found[1].f1 == highest)
        text += f" The highest F1 of the search is {first.title}'s, {share(highest)}."
    names = ("F1", "precision", "recall")
    header = ("method", *names, "configuration", "at step", "seeds", *(f"{name} over seeds" for name in names))
    return [Text(text), Table(header, rows, "Precision, recall and F1")]


def precision_recall(study: Study) -> list[Section]:
    """A section if any search has them."""
    pictures, texts = [], []
    for search in study.searches:
        points = {method: [point for row in rows if (point := best_f1(row))] for method, rows in search.tried.items()}
        points = {method: each for method, each in points.items() if each}
        if points:
            texts.append(Text(_in_words(search, points)))
            draw = partial(draw_precision_recall, title=f"{search.title}: precision and recall", points=points)
            title = f"{search.title}: precision against recall of every configuration"
            pictures.append(Picture(f"precision_recall_{search.name}", title, draw))
    if not pictures:
        return []
    how = (
        "Each point is a trial of the search at the checkpoint with its highest F1; on a grey line F1 is the same. On "
        "the left are generators that make few of the polygons, below those that make what is none."
    )
    return [Section("Precision against recall", (Text(how), *texts, Pictures(tuple(pictures))))]


def draw_precision_recall(theme: Theme, title: str, points: Mapping[Method, Sequence[Point]]) -> Figure:
    """A point for each trial, on lines of equal F1.

    Args:
        theme: The colours.
        title: Stands above.
        points: What is drawn.
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
    for method, each in points.items():
        axes.plot(
            [point.recall for point in each],
            [point.precision for point in each],
            linestyle="",
            marker=marker(method),
            color=colour(theme, method),
            markersize=5.5,
            markeredgecolor=theme.paper,
            markeredgewidth=0.5,
            alpha=0.9,
            clip_on=False,
            zorder=3,
        )
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, end), ylim=(0, end), aspect="equal")
    axes.grid(visible=False)
    method_legend(figure, theme, points)
    return figure


def _best(rows: Iterable[Row]) -> tuple[Row, Point] | None:
    """The trial with the highest F1."""
    found = [(row, point) for row in rows if (point := best_f1(row))]
    return max(found, key=lambda pair: pair[1].f1, default=None)


def _points(row: Row) -> Iterable[Point]:
    for checkpoint in row["scores"]:
        values = [checkpoint["values"].get(name) for name in POLYGON_SCORES]
        if None not in values:
            yield Point(*values, checkpoint["step"])


def _in_words(search: Search, points: Mapping[Method, Sequence[Point]]) -> str:
    every = [point for each in points.values() for point in each]
    good = sum(min(point.precision, point.recall) >= _GOOD for point in every)
    one = sum(max(point.precision, point.recall) >= _GOOD > min(point.precision, point.recall) for point in every)
    return (
        f"{search.title}: of {counted(len(every), 'trial')}, {good} reach {_GOOD} in both precision and recall, and "
        f"{one} in one of the two alone."
    )
