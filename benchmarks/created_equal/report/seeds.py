"""The table of the best configurations on further seeds, their ranking, and the published figures beside them."""

from collections.abc import Sequence

from ..words import NONE, counted, listed, mean_and_deviation, number, whole
from .blocks import Block, Cell, Table, Text, named
from .published import differences, notes, published, why_none
from .searches import Search, Study
from .summaries import FEWEST_SEEDS, RULE, Summary, difference_of_means, done_of, spread


def seeds(study: Study, search: Search, found: Sequence[Summary]) -> list[Block]:
    """The words, the table and its notes; nothing if no phase trains the best again."""
    if not search.repeated:
        not_yet = Text("The best configurations were not trained on further seeds yet.")
        return [not_yet] if search.repeats else []
    return [Text(_in_words(search)), Text(_ranking_in_words(search, found)), *_table(study, search, found)]


def ranked(search: Search, found: Sequence[Summary]) -> list[Summary]:
    """The methods of which each planned seed has a score, by their means: any other's mean leaves the worst out."""
    whole_ones = [each for each in found if len(each.scores) == search.repeats]
    return sorted(whole_ones, key=lambda each: spread(each.scores).mean)


def _in_words(search: Search) -> str:
    own = set(range(search.phase.first_seed, search.phase.first_seed + search.phase.seeds))
    again = own & {row["seed"] for rows in search.repeated.values() for row in rows}
    where = "several seeds, among them the search's own" if again else "other seeds"
    return f"The best configuration of each method, trained on {where}; what diverged counts by its checkpoints before."


def _ranking_in_words(search: Search, found: Sequence[Summary]) -> str:
    order = ranked(search, found)
    each_seed = "a score on " + (f"each of {search.repeats:,} seeds" if search.repeats > 1 else "the one seed")
    if len(order) > 1:
        text = f"Of the methods that have {each_seed}, {_first_two_in_words(order)}."
    else:
        text = f"{f'Only {order[0].method.title}' if order else 'No method'} has {each_seed}."
    known = {each.method for each in order}
    left_out = [f"{each.method.title} ({_missing(search, each)})" for each in found if each.method not in known]
    return f"{text} Not ranked: {listed(left_out)}." if left_out else text


def _first_two_in_words(order: Sequence[Summary]) -> str:
    first, second = order[:2]
    text = f"{first.method.title} has the lowest mean, and {second.method.title} the next"
    if len(first.scores) < FEWEST_SEEDS:
        too_few = f"{counted(len(first.scores), 'seed')} {'is' if len(first.scores) == 1 else 'are'} too few"
        return f"{text}; {too_few} to say whether the two differ"
    low, high = difference_of_means(first.scores, second.scores)
    text += f", {number(spread(second.scores).mean - spread(first.scores).mean)} above it, with a 95 % interval from "
    text += f"{number(low)} to {number(high)} (Welch's)"
    chosen = f", which knows nothing of their having been chosen as the lowest two of {len(order)}"
    return text + (chosen if len(order) > 2 else "")


def _missing(search: Search, each: Summary) -> str:
    """Why a method is not ranked."""
    counts = {
        "diverged before the first checkpoint": each.unscored["diverged"],
        "failed": each.unscored["failed"],
        "untrained, as its search has no score": each.unscored["untrained"],
        "done without a score": each.unscored["done"],
        "to do": search.repeats - each.repeated.total(),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _table(study: Study, search: Search, found: Sequence[Summary]) -> list[Block]:
    reasons = differences(study.spec, search)
    first, *others = ranked(search, found) or [None]
    has_outliers = search.repeats >= FEWEST_SEEDS
    rows, shown = [], []
    for each in (each for each in found if each.repeated):
        mean = Cell(mean_and_deviation(spread(each.scores)), strong=bool(others) and each is first)
        cells = [named(each.method), done_of(each.repeated, search.repeats), whole(len(each.scores)), mean]
        if has_outliers:
            cells += [whole(len(each.scores) - len(each.kept)), mean_and_deviation(spread(each.kept))]
        cells.append(_last(each))
        if not reasons:
            shown.append(published(study.spec, search, each.method))
            cells.append(shown[-1].words if shown[-1] else NONE)
        rows.append(cells)
    header = [
        *("method", "seeds done", "with a score", "mean ± deviation"),
        *(("outliers", "without them") if has_outliers else ()),
        "last checkpoints",
        *(() if reasons else ("published",)),
    ]
    caption = f"Seeds: {search.score or 'no score yet'} of the best checkpoint of each"
    table = Table(header, rows, caption, align="ll" + "r" * (len(header) - 2))
    rule = [Text(RULE, small=True)] if has_outliers else []
    return [table, *rule, Text(why_none(reasons) if reasons else notes(search, shown), small=True)]


def _last(each: Summary) -> str:
    """Of the last checkpoints, with how many there are where some trainings did not come to it."""
    text = mean_and_deviation(spread(each.last))
    return text if len(each.last) in (0, each.repeated.total()) else f"{text} (of {len(each.last)})"
