"""Precision, recall and F1 on the manifold of polygons."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from .searches import Row, Search

PRECISION, RECALL, F1 = "polygon precision", "polygon recall", "polygon f1"


class Point(NamedTuple):
    """A checkpoint on the manifold."""

    precision: float
    recall: float
    f1: float
    step: int


def best_f1(row: Row) -> Point | None:
    """The checkpoint of a trial with the highest F1; None if the trial failed, or has no F1."""
    if row["status"] == "failed":
        return None
    return max(_points(row), key=lambda point: point.f1, default=None)


def best_trial(rows: Iterable[Row]) -> Row | None:
    """The trial with the highest F1."""
    found = [(point.f1, row) for row in rows if (point := best_f1(row))]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def on_the_manifold(search: Search) -> bool:
    """Whether any trial of a search has them."""
    return any(best_f1(row) for row in search.all_rows())


def _points(row: Row) -> Iterable[Point]:
    for checkpoint in row.get("scores") or ():
        values = [checkpoint["values"].get(name) for name in (PRECISION, RECALL, F1)]
        if all(value is not None and math.isfinite(value) for value in values):
            yield Point(*values, checkpoint["step"])
