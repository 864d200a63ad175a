"""The tables of scores: each method's best beside its default, and what else was measured there."""

from collections.abc import Sequence

from ..rows import score_of
from ..words import NONE, mean_and_deviation, number, plain, whole
from .blocks import Block, Cell, Section, Table, Text, named
from .polygons import POLYGON_SCORES, polygon_scores
from .searches import Row, Search, Study, at_best, last_score, trained
from .seeds import seeds
from .summaries import Summary, done_of, lowest, spread, summaries


def scores(study: Study) -> list[Section]:
    """One section for each search."""
    return [Section(search.title, tuple(_blocks(study, search))) for search in study.searches]


def _blocks(study: Study, search: Search) -> list[Block]:
    found = summaries(search)
    blocks: list[Block] = []
    if search.tried:
        blocks += [Text(_in_words(search, found)), _table(search, found)]
    return [*blocks, *seeds(study, search, found), *polygon_scores(search), *_other_scores(search)]


def _in_words(search: Search, found: Sequence[Summary]) -> str:
    text = (
        f"The best checkpoint of all configurations that each method tried, by {search.score}, where lower is better; "
        "configuration 0 is the default. "
        if search.score
        else ""
    )
    scored = sorted((each for each in found if each.best), key=lambda each: score_of(each.best))
    if not scored:
        return text + "No trial has a score."
    text += f"{scored[0].method.title} has the lowest, {number(score_of(scored[0].best))}"
    if len(scored) > 1:
        text += f", before {scored[1].method.title} with {number(score_of(scored[1].best))}"
    tried = [len(trained(search.tried.get(each.method, ()))) for each in found]
    if min(tried) < max(tried):
        text += (
            f". Not all methods have tried equally many, which the lowest depends on: from {min(tried)} to {max(tried)}"
        )
    if max(tried) < 2:
        return f"{text}."
    return (
        f"{text}. A best was chosen by the very score that stands beside it, on one seed, so it tends to be better "
        "than what its configuration does on other seeds."
    )


def _table(search: Search, found: Sequence[Summary]) -> Table:
    first = min((score_of(each.best) for each in found if each.best), default=None)
    rows = []
    for each in (each for each in found if each.tried):
        best, default = each.best, each.default
        score = best and score_of(best)
        rows.append(
            [
                named(each.method),
                done_of(each.tried, search.phase.configurations * search.phase.seeds),
                Cell(number(score), strong=score is not None and score == first),
                whole(best and best["configuration"]),
                whole(best and best["best"]["step"]),
                number(best and last_score(best)),
                number(default and score_of(default)),
                plain(best["hyperparameters"]) if best else NONE,
            ]
        )
    header = (
        *("method", "trials done", "best", "configuration", "at step"),
        *("its last", "default's best", "hyper-parameters"),
    )
    return Table(header, rows, f"Search “{search.phase.name}”: {search.score or 'no score yet'}", align="llrrrrrl")


def _other_scores(search: Search) -> list[Block]:
    """What else was measured at each trial's best checkpoint, such as the ELBO of a VAE; nothing if nothing was."""
    rows = []
    for method in search.methods:
        best = lowest(search.tried.get(method, ()))
        for name in _other_names(search, search.rows(method)):
            value = at_best(best).get(name) if best else None
            again = [found[name] for row in search.repeated.get(method, ()) if name in (found := at_best(row))]
            over_seeds = mean_and_deviation(spread(again))
            rows.append([named(method), name, number(value), over_seeds, whole(len(again) or None)])
    if not rows:
        return []
    text = f"Further scores, at the checkpoint that is best by {search.score}, and not at their own best."
    if any(row[1].startswith("ELBO") for row in rows):
        text += " The ELBO is in nats of an image; higher is better."
    header = ("method", "score", "best of the search", "mean ± deviation over seeds", "seeds")
    return [Text(text), Table(header, rows, "Further scores", align="llrrr")]


def _other_names(search: Search, rows: Sequence[Row]) -> list[str]:
    names = dict.fromkeys(name for row in rows for point in row["scores"] for name in point["values"])
    return [name for name in names if name not in (search.score, *POLYGON_SCORES)]
