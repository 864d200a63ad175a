"""The table of scores that only some methods have, or that a spec adds: the ELBO of a VAE."""

from collections.abc import Sequence

from ..numbers.polygons import F1, PRECISION, RECALL
from ..numbers.searches import Row, Search, at_best
from ..numbers.spread import spread
from ..numbers.summaries import lowest
from ..numbers.words import NONE, mean_and_deviation, number
from ..page.blocks import Block, Table, Text
from .study import Study


def other_scores(study: Study, search: Search) -> list[Block]:
    """What else was measured at each trial's best checkpoint; nothing if there is nothing else."""
    rows = []
    for method in search.methods:
        for name in _names(search, search.rows(method)):
            best = lowest(search.tried.get(method, ()))
            value = at_best(best).get(name) if best else None
            again = [found[name] for row in search.repeated.get(method, ()) if name in (found := _at_best(row))]
            seeds = mean_and_deviation(spread(again))
            rows.append([study.cell(method), name, number(value), seeds, str(len(again)) if again else NONE])
    if not rows:
        return []
    text = f"Further scores, at the checkpoint that is best by {search.score}, and not at their own best."
    if any(row[1].startswith("ELBO") for row in rows):
        text += " The ELBO is in nats of an image; higher is better."
    header = ("method", "score", "best of the search", "mean ± deviation over seeds", "seeds")
    return [Text(text), Table(header, rows, "Further scores", align="llrrr")]


def _names(search: Search, rows: Sequence[Row]) -> list[str]:
    named = dict.fromkeys(name for row in rows for point in row.get("scores") or () for name in point["values"])
    return [name for name in named if name not in (search.score, PRECISION, RECALL, F1)]


def _at_best(row: Row) -> dict[str, float]:
    return at_best(row) if row["status"] == "done" else {}
