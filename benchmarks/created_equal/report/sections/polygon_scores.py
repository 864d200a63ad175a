"""The table of precision, recall and F1 on the manifold of polygons."""

from ..numbers.polygons import best_f1, best_trial
from ..numbers.searches import Search
from ..numbers.spread import spread
from ..numbers.words import NONE, mean_and_deviation, share
from ..page.blocks import Block, Cell, Table, Text
from .study import Study


def polygon_scores(study: Study, search: Search) -> list[Block]:
    """Each method's highest F1 of all checkpoints of its search, and over the seeds."""
    rows, highest = [], []
    for method in search.methods:
        best = best_trial(search.tried.get(method, ()))
        point = best and best_f1(best)
        again = [each for row in search.repeated.get(method, ()) if (each := best_f1(row))]
        highest.append((point.f1 if point else -1.0, study.title(method)))
        numbers = [share(point and getattr(point, name)) for name in ("f1", "precision", "recall")]
        where = [str(best["configuration"]), f"{point.step:,}"] if point else [NONE, NONE]
        over_seeds = [
            mean_and_deviation(spread([getattr(each, name) for each in again]), share)
            for name in ("f1", "precision", "recall")
        ]
        rows.append([study.cell(method), *numbers, *where, str(len(again)), *over_seeds])
    best_value, best_title = max(highest)
    for row, (value, _) in zip(rows, highest, strict=True):
        row[1] = Cell(row[1], strong=value == best_value > 0)
    text = (
        "Precision is the share of generated images that lie on the manifold of polygons, recall the share of test "
        "images that the generator comes near to, F1 their harmonic mean; higher is better. Each is taken at the "
        "checkpoint with the trial's highest F1. The seeds train the configuration with the lowest distance, which "
        "need not be the one with the highest F1."
    )
    if best_value == 0:
        text += " No trial of the search has an F1 above 0."
    elif best_value > 0:
        text += f" The highest F1 of the search is {best_title}'s, {share(best_value)}."
    header = ("method", "F1", "precision", "recall", "configuration", "at step", "seeds", *(_AGAIN))
    return [Text(text), Table(header, rows, "Precision, recall and F1")]


_AGAIN = ("F1 over seeds", "precision over seeds", "recall over seeds")
