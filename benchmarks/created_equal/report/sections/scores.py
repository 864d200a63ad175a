"""The tables of scores: each method's best, its default, and its best configuration over seeds."""

from ..numbers.polygons import on_the_manifold
from ..numbers.published import Published, differences, published
from ..numbers.searches import Row, Search, best_step, hyperparameters, last_result, result
from ..numbers.spread import RULE
from ..numbers.summaries import Summary, summaries
from ..numbers.words import counted, mean_and_deviation, number, plain
from ..page.blocks import Block, Cell, Section, Table, Text
from .other_scores import other_scores
from .polygon_scores import polygon_scores
from .study import Study


def scores(study: Study) -> list[Section]:
    """One section for each search."""
    return [Section(search.title, tuple(_blocks(study, search))) for search in study.searches]


def _blocks(study: Study, search: Search) -> list[Block]:
    found = summaries(search)
    blocks: list[Block] = []
    if search.tried:
        blocks += [Text(_search_in_words(study, search, found)), _search_table(study, search, found)]
    if search.repeated:
        blocks += [Text(_seeds_in_words(study, search, found)), *_seeds_table(study, search, found)]
    elif search.repeats:
        blocks.append(Text("The best configurations were not trained on further seeds yet."))
    if on_the_manifold(search):
        blocks += polygon_scores(study, search)
    return [*blocks, *other_scores(study, search)]


def _search_in_words(study: Study, search: Search, found: list[Summary]) -> str:
    text = (
        f"The best checkpoint of all configurations that each method tried, by {search.score}, where lower is better. "
        if search.score
        else ""
    )
    scored = sorted((each for each in found if each.best), key=lambda each: result(each.best))
    if not scored:
        return text + "No trial has a score."
    text += f"{study.title(scored[0].method)} has the lowest, {number(result(scored[0].best))}"
    if len(scored) > 1:
        text += f", before {study.title(scored[1].method)} with {number(result(scored[1].best))}"
    return (
        f"{text}. A best was chosen by the very score that stands beside it, on one seed or few, so it tends to be "
        "better than what its configuration does on other seeds."
    )


def _search_table(study: Study, search: Search, found: list[Summary]) -> Table:
    lowest = min((result(each.best) for each in found if each.best), default=None)
    rows = []
    for each in (each for each in found if each.tried.all):
        best, default = each.best, each.default
        cells: list[Cell | str] = [study.cell(each.method), _trials(each, search)]
        cells.append(Cell(number(best and result(best)), strong=best is not None and result(best) == lowest))
        cells += [_configuration(best), _step(best), number(best and last_result(best))]
        cells += [number(default and result(default)), _hyperparameters(best)]
        rows.append(cells)
    header = (
        "method",
        "trials done",
        "best",
        "configuration",
        "at step",
        "its last",
        "default's best",
        "hyper-parameters",
    )
    return Table(header, rows, f"Search “{search.phase.name}”: {search.score or 'no score yet'}", align="llrlrrrl")


def _trials(each: Summary, search: Search) -> str:
    planned = search.phase.configurations * search.phase.seeds
    others = [
        f"{count} {word}" for count, word in ((each.tried.diverged, "diverged"), (each.tried.failed, "failed")) if count
    ]
    return f"{each.tried.done} of {planned}" + (f" ({', '.join(others)})" if others else "")


def _configuration(best: Row | None) -> str:
    if best is None:
        return number(None)
    return "0, the default" if best["configuration"] == 0 else str(best["configuration"])


def _step(best: Row | None) -> str:
    step = best and best_step(best)
    return number(None) if step is None else f"{step:,}"


def _hyperparameters(best: Row | None) -> str:
    if best is None:
        return number(None)
    return ", ".join(f"{name} {plain(value)}" for name, value in hyperparameters(best).items())


def _seeds_in_words(study: Study, search: Search, found: list[Summary]) -> str:
    text = (
        f"The best configuration of each method, trained on other seeds. {RULE}; what diverged counts by the "
        "checkpoints before."
    )
    searched = set(range(search.phase.first_seed, search.phase.first_seed + search.phase.seeds))
    again = {row["seed"] for rows in search.repeated.values() for row in rows} & searched
    if again:
        text = text.replace("on other seeds", "on several seeds, among them the search's own")
    ranked = sorted((each for each in found if _all_scored(each)), key=lambda each: each.seeds.mean)
    if len(ranked) > 1:
        text += f" {_ranked_in_words(study, ranked[0], ranked[1])}"
    return text


def _ranked_in_words(study: Study, first: Summary, second: Summary) -> str:
    names = study.title(first.method), study.title(second.method)
    text = f"Of those whose seeds all have a score {names[0]} has the lowest mean, and {names[1]} the next"
    if first.seeds.deviation is None or second.seeds.deviation is None:
        return f"{text}; one seed says nothing of how far they would move."
    touch = first.seeds.mean + first.seeds.deviation >= second.seeds.mean - second.seeds.deviation
    return f"{text}; their ranges of one deviation {'overlap' if touch else 'do not overlap'}."


def _seeds_table(study: Study, search: Search, found: list[Summary]) -> list[Block]:
    reasons = differences(study.spec, search)
    lowest = min((each.seeds.mean for each in found if _all_scored(each)), default=None)
    header = [
        "method",
        "seeds done",
        "with a score",
        "mean ± deviation",
        "outliers",
        "without them",
        "last checkpoints",
    ]
    rows, shown = [], []
    for each in (each for each in found if each.repeated.all):
        ended, of = each.repeated, max(search.repeats, each.repeated.all)
        others = [
            f"{count} {word}" for count, word in ((ended.diverged, "diverged"), (ended.failed, "failed")) if count
        ]
        cells: list[Cell | str] = [
            study.cell(each.method),
            f"{ended.done} of {of}" + (f" ({', '.join(others)})" if others else ""),
            str(each.seeds.count if each.seeds else 0),
            Cell(mean_and_deviation(each.seeds), strong=_all_scored(each) and each.seeds.mean == lowest),
            str(each.outliers),
            mean_and_deviation(each.kept),
            _last(each),
        ]
        if not reasons:
            shown.append(published(study.spec, search, each.method))
            cells.append(_published_cell(shown[-1]))
        rows.append(cells)
    table = Table(
        [*header, *(["published"] if not reasons else [])],
        rows,
        f"Seeds: {search.score or 'no score yet'} of the best checkpoint of each",
        align="llrrrrr" + "r" * (not reasons),
    )
    note = _why_no_published(reasons) if reasons else _published_notes(search, shown)
    return [table, Text(note, small=True)]


def _all_scored(each: Summary) -> bool:
    """Whether a mean over its seeds leaves none out."""
    return each.seeds is not None and each.seeds.count == each.repeated.all


def _last(each: Summary) -> str:
    """Of the last checkpoints, with how many there are where some trainings did not come to it."""
    text = mean_and_deviation(each.last)
    return text if each.last is None or each.last.count == each.repeated.all else f"{text} (of {each.last.count})"


def _published_cell(found: Published | None) -> str:
    if found is None:
        return number(None)
    marks = "†" * found.recalled + "*" * found.had_outliers
    return f"{found.mean:.1f} ± {found.deviation:.1f}{marks}"


def _why_no_published(reasons: list[str]) -> str:
    return f"No published figure stands beside ours, because it would not compare: {'; '.join(reasons)}."


def _published_notes(search: Search, shown: list[Published | None]) -> str:
    tried = counted(search.phase.configurations, "configuration")
    notes = [
        "Published: Table 2 of Lucic et al. 2018 (arXiv 1711.10337), the best of 100 configurations over 50 seeds "
        f"without outliers; here it is the best of {tried} over {counted(search.repeats, 'seed')}"
    ]
    if any(found and found.recalled for found in shown):
        notes.append("† as recalled, without a second source")
    if any(found and found.had_outliers for found in shown):
        notes.append("* the paper left significant outliers out")
    if any(found is None for found in shown):
        notes.append("– has no figure, or the method is not trained here as the published code did")
    return f"{'. '.join(notes)}."
