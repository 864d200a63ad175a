"""How trials ended, and what they cost."""

from collections import Counter
from functools import partial

from ..figures.costs import draw_costs
from ..figures.look import shortened
from ..numbers.costs import cost
from ..numbers.searches import Search
from ..numbers.summaries import ends
from ..numbers.words import counted, memory, seconds
from ..page.blocks import Block, Picture, Pictures, Section, Table, Text
from .study import Study


def costs(study: Study) -> Section:
    """By data set and method, over all phases."""
    pictures, blocks = [], []
    for search in study.searches:
        rows = {method: search.rows(method) for method in study.in_order(search.methods)}
        draw = partial(
            draw_costs,
            title=f"{search.title}: how trials ended, and their time",
            ends=study.by_place({method: ends(each) for method, each in rows.items()}),
            costs=study.by_place({method: cost(each) for method, each in rows.items()}),
            titles=study.titles,
        )
        pictures.append(Picture(f"costs_{search.name}", f"{search.title}: how trials ended, and where time went", draw))
        blocks += [Text(_in_words(study, search)), _table(study, search)]
    how = (
        "Shares are of the trials that have ended, searches and seeds together. Times are medians of those that are "
        "done; peak memory is the highest of any process that trained it, with the data and extractor that it holds."
    )
    return Section("How trials ended, and what they cost", (Text(how), Pictures(tuple(pictures)), *blocks))


def _in_words(study: Study, search: Search) -> str:
    ended = {method: ends(search.rows(method)) for method in search.methods}
    diverged, all_ended = (sum(getattr(each, key) for each in ended.values()) for key in ("diverged", "all"))
    text = f"{search.title}: {diverged:,} of {counted(all_ended, 'trial')} diverged"
    if diverged:
        most = max(ended, key=lambda method: ended[method].diverged / ended[method].all)
        text += f", most often of {study.title(most)} ({ended[most].diverged} of {ended[most].all})"
    errors = Counter(row["error"] for row in search.all_rows() if row["status"] == "failed" and row.get("error"))
    failed = sum(each.failed for each in ended.values())
    text += f"; {failed or 'none'} failed"
    if errors:
        error = errors.most_common(1)[0][0]
        text += f", {'most often ' if failed > 1 else ''}with: {shortened(error, 300)}"
    return f"{text.rstrip('.')}."


def _table(study: Study, search: Search) -> Block:
    rows = []
    for method in study.in_order(search.methods):
        ended, spent = ends(search.rows(method)), cost(search.rows(method))
        counts = [f"{count} ({count / ended.all:.0%})" if count else "0" for count in (ended.diverged, ended.failed)]
        times = [seconds(value) for value in (spent.training, spent.scoring, spent.startup)]
        rows.append([study.cell(method), str(ended.all), *counts, *times, memory(spent.memory), seconds(spent.total)])
    header = ("method", "trials", "diverged", "failed", "training", "scoring", "start-up", "peak memory", "all trials")
    return Table(header, rows, f"{search.title}: ends, median times, memory, and the time of all")
