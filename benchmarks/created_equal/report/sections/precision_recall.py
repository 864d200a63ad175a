"""Precision against recall."""

from functools import partial

from ..figures.precision_recall import draw_precision_recall
from ..numbers.polygons import best_f1
from ..numbers.searches import Search
from ..numbers.words import counted
from ..page.blocks import Picture, Pictures, Section, Text
from .study import Study

_GOOD = 0.5


def precision_recall(study: Study) -> list[Section]:
    """A section if any search has them."""
    pictures, texts = [], []
    for search in study.searches:
        points = {m: [p for row in rows if (p := best_f1(row))] for m, rows in search.tried.items()}
        points = {method: each for method, each in points.items() if each}
        if points:
            texts.append(Text(_in_words(search, points)))
            draw = partial(
                draw_precision_recall,
                title=f"{search.title}: precision and recall",
                points=study.by_place(points),
                titles=study.titles,
            )
            name = f"precision_recall_{search.name}"
            pictures.append(Picture(name, f"{search.title}: precision against recall of every configuration", draw))
    if not pictures:
        return []
    how = (
        "Each point is a trial of the search at the checkpoint with its highest F1; on a grey line F1 is the same. On "
        "the left are generators that make few of the polygons, below those that make what is none."
    )
    return [Section("Precision against recall", (Text(how), *texts, Pictures(tuple(pictures))))]


def _in_words(search: Search, points: dict[str, list]) -> str:
    every = [point for each in points.values() for point in each]
    good = sum(min(point.precision, point.recall) >= _GOOD for point in every)
    one = sum(max(point.precision, point.recall) >= _GOOD > min(point.precision, point.recall) for point in every)
    return (
        f"{search.title}: of {counted(len(every), 'trial')}, {good} reach {_GOOD} in both precision and recall, and "
        f"{one} in one of the two alone."
    )
