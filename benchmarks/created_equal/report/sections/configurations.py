"""Every configuration as a point, and what its hyper-parameters did."""

from functools import partial

from ..figures.configurations import draw_configurations
from ..figures.hyperparameters import draw_hyperparameters
from ..numbers.correlations import FEWEST, correlations, values_and_scores, varied
from ..numbers.searches import Search, result
from ..numbers.searches import hyperparameters as hyperparameters_of
from ..numbers.summaries import summaries
from ..numbers.words import NONE, counted, number
from ..page.blocks import Block, Picture, Pictures, Section, Table, Text
from .study import Study


def configurations(study: Study) -> Section:
    """Every trial of the searches."""
    pictures = []
    for search in (search for search in study.searches if search.tried and search.score):
        draw = partial(
            draw_configurations,
            title=f"{search.title}: every configuration",
            score=search.score,
            rows=study.by_place(dict(search.tried)),
            titles=study.titles,
        )
        pictures.append(
            Picture(f"configurations_{search.name}", f"{search.title}: the score of every configuration", draw)
        )
    how = (
        "Each point is a trial of the search at its best checkpoint; a star is the method's default, a ring its best. "
        "Crosses on the right edge diverged before their first checkpoint and have no score; what failed is left out."
    )
    texts = [Text(text) for search in study.searches if (text := _in_words(study, search))]
    return Section("Every configuration", (Text(how), *texts, *([Pictures(tuple(pictures))] if pictures else [])))


def hyperparameters(study: Study) -> Section:
    """The score against each hyper-parameter."""
    pictures, tables = [], []
    for search in (search for search in study.searches if search.score and varied(search)):
        pictures.append(_picture(study, search))
        tables += _table(study, search)
    how = (
        "The score of each trial against what was drawn for it, all other hyper-parameters differing as well; crosses "
        "on the upper edge diverged before their first checkpoint. Where a search has "
        f"{FEWEST} trials or more of a method, the table has Spearman's rank correlation of the hyper-parameter and "
        "the score, a trial without one ranking last: negative says that larger values went with better (lower) "
        "scores. With so few trials it is a hint and no proof."
    )
    if not pictures:
        return Section("What each hyper-parameter did", (Text("No search has changed a hyper-parameter yet."),))
    return Section("What each hyper-parameter did", (Text(how), Pictures(tuple(pictures)), *tables))


def _in_words(study: Study, search: Search) -> str:
    both = [each for each in summaries(search) if each.best and each.default]
    if not both:
        return ""
    same = sum(each.best["configuration"] == 0 for each in both)
    of = f"{counted(len(both), 'method')} whose default has a score"
    text = f"{search.title}: the default is the best that was tried for {same} of {of}"
    ratios = {each.method: result(each.default) / result(each.best) for each in both if result(each.best) > 0}
    most = max(ratios, key=ratios.get, default=None)
    if most is not None and ratios[most] > 1:
        gain = f"whose default scores {number(ratios[most])} times its best"
        text += f"; searching gained most for {study.title(most)}, {gain}"
    return f"{text}."


def _picture(study: Study, search: Search) -> Picture:
    pairs = {
        name: study.by_place({m: found for m, rows in search.tried.items() if (found := values_and_scores(rows, name))})
        for name in varied(search)
    }
    drawn = {name: by_place for name, by_place in pairs.items() if by_place}
    rows = [row for rows in search.tried.values() for row in rows]
    switches = [
        name for name in drawn if all(isinstance(hyperparameters_of(row).get(name, True), bool) for row in rows)
    ]
    draw = partial(
        draw_hyperparameters,
        title=f"{search.title}: {search.score} by hyper-parameter",
        pairs=drawn,
        switches=switches,
        logarithmic=_logarithmic(study, search),
        titles=study.titles,
    )
    return Picture(f"hyperparameters_{search.name}", f"{search.title}: the score against each hyper-parameter", draw)


def _logarithmic(study: Study, search: Search) -> set[str]:
    """The hyper-parameters whose logarithms were drawn evenly."""
    ranges = (study.spec.ranges(search.phase, method) for method in search.tried)
    return {name for each in ranges for name, found in each.items() if found.kind == "log10"}


def _table(study: Study, search: Search) -> list[Block]:
    found = correlations(search)
    known = {(m, name): value for m, each in found.items() for name, value in each.items() if value is not None}
    if not known:
        return []
    names = [name for name in varied(search) if any(name == each for _, each in known)]
    rows = [
        [study.cell(method), *(f"{known[method, name]:+.2f}" if (method, name) in known else NONE for name in names)]
        for method in study.in_order(found)
    ]
    method, name = max(known, key=lambda pair: abs(known[pair]))
    text = (
        f"{search.title}: the strongest of {counted(len(known), 'correlation')} is that of {name} of "
        f"{study.title(method)}, {known[method, name]:+.2f} over "
        f"{counted(len(values_and_scores(search.tried[method], name)), 'trial')}."
    )
    header = ("method", *(name.replace("_", " ") for name in names))
    return [Text(text), Table(header, rows, f"{search.title}: rank correlation with {search.score}")]
