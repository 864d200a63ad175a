"""Curves over the steps."""

from functools import partial

from ..figures.curves import Curves, draw_curves
from ..numbers.searches import Row, Search, best_step, curve, result
from ..numbers.summaries import lowest
from ..numbers.words import counted
from ..page.blocks import Picture, Pictures, Section, Text
from .study import Study


def curves(study: Study) -> Section:
    """The score of every trial over its steps."""
    pictures = []
    for search in (search for search in study.searches if search.score):
        found = {method: _curves(search, method) for method in search.methods}
        found = {method: each for method, each in found.items() if each.tried or each.best}
        if found:
            title = f"{search.title}: {search.score} over the steps"
            draw = partial(draw_curves, title=title, curves=study.by_place(found), titles=study.titles)
            pictures.append(Picture(f"curves_{search.name}", title, draw))
    if not pictures:
        return Section("Over the steps", (Text("No trial has a score yet."),))
    how = (
        "Thin grey lines are the configurations of a search, coloured ones the best of them, on every seed that it was "
        "trained on. Trials that diverged are drawn up to their last finite score."
    )
    texts = [Text(text) for search in study.searches if (text := _in_words(search))]
    return Section("Over the steps", (Text(how), *texts, Pictures(tuple(pictures))))


def _curves(search: Search, method: str) -> Curves:
    tried = search.tried.get(method, ())
    best = lowest(tried)
    chosen = [best, *search.repeated.get(method, ())] if best else [*search.repeated.get(method, ())]
    return Curves(
        [found for row in tried if row is not best and (found := curve(row, search.score))],
        [found for row in chosen if (found := curve(row, search.score))],
    )


def _in_words(search: Search) -> str:
    done = [row for row in search.all_rows() if result(row) is not None and len(curve(row, search.score)) > 1]
    if not done:
        return ""
    last = sum(_ended_on_its_best(row) for row in done)
    return (
        f"{search.title}: in {last:,} of {counted(len(done), 'trial')} the last checkpoint is also the best one, so "
        "that they may have been stopped while still improving."
    )


def _ended_on_its_best(row: Row) -> bool:
    return best_step(row) == row["scores"][-1]["step"]
