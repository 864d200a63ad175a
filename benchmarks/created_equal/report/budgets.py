"""What the best of b random configurations scores, by the bootstrap."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..rows import score_of
from ..words import counted, listed, number, share
from .blocks import Block, Picture, Pictures, Section, Text
from .look import Theme, colour, marker, method_legend, new_figure, score_axis
from .polygons import best_f1
from .searches import Method, Search, Study, trained

_RESAMPLES = 5000
_BAND = (16.0, 84.0)

_HOW = (
    "What the best of b configurations scores, if b are drawn at random from those that were tried: the mean of "
    f"{_RESAMPLES:,} resamples with replacement, and a band from their {_BAND[0]:g}th to their {_BAND[1]:g}th "
    "percentile. A configuration that diverged before its first checkpoint counts as the worst score that any trial of "
    "the search reached (as 0 for F1); failed trials are left out. The default is one of the configurations. At the "
    "right end the resamples are as many draws as there are configurations, so the lines know nothing of better ones "
    "that were not tried."
)


class Budget(NamedTuple):
    """The best of b configurations, b = 1, 2, ...

    Attributes:
        mean: (n,), over the resamples.
        low: (n,), their 16th percentile.
        high: (n,), their 84th percentile.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def budgets(study: Study) -> Section:
    """The best score against the number of configurations."""
    pictures, texts = [], []
    for search in study.searches:
        found = score_budgets(search)
        if not found:
            continue
        texts.append(f"{search.title}: {_in_words(search, found)}")
        pictures.append(_picture(search, "budget", f"lowest {search.score}", found, is_score=True))
        f1 = f1_budgets(search)
        if any(each.mean.any() for each in f1.values()):
            pictures.append(_picture(search, "budget_f1", "highest F1", f1, is_score=False))
            texts.append(f"{search.title}, F1: {_f1_in_words(f1)}")
    blocks: list[Block] = [Text(_HOW), *(Text(text) for text in texts)]
    blocks.append(Pictures(tuple(pictures)) if pictures else Text("No search has a score yet."))
    return Section("The budget", tuple(blocks))


def budget(values: Sequence[float], *, seed: int = 0) -> Budget:
    """The minimum of b values drawn with replacement, for b from 1 to as many as there are.

    The budget figure of Lucic et al. 2018 (arXiv 1711.10337). One resample of n draws serves all b, as its running
    minimum.

    Args:
        values: One for each configuration that was tried.
        seed: Of the resamples.
    """
    drawn = np.random.default_rng(seed).integers(len(values), size=(_RESAMPLES, len(values)))
    minima = np.minimum.accumulate(np.asarray(values, float)[drawn], axis=1)
    low, high = np.percentile(minima, _BAND, axis=0)
    return Budget(minima.mean(axis=0), low, high)


def score_budgets(search: Search) -> dict[Method, Budget]:
    """The minimum score of each method that has one, by the number of configurations.

    A configuration that diverged before its first checkpoint gave nothing: it counts as the worst score that any trial
    of the search reached. One that failed says nothing of its method, and is left out.
    """
    values = {method: [score_of(row) for row in trained(rows)] for method, rows in search.tried.items()}
    worst = max((value for each in values.values() for value in each if value is not None), default=0.0)
    return {
        method: budget([worst if value is None else value for value in each])
        for method, each in values.items()
        if any(value is not None for value in each)
    }


def f1_budgets(search: Search) -> dict[Method, Budget]:
    """The maximum F1 of each method that has one, likewise; a configuration that gave nothing counts as 0."""
    points = {method: [best_f1(row) for row in trained(rows)] for method, rows in search.tried.items()}
    negated = {
        method: budget([-point.f1 if point else 0.0 for point in each]) for method, each in points.items() if any(each)
    }
    return {method: Budget(0.0 - each.mean, 0.0 - each.high, 0.0 - each.low) for method, each in negated.items()}


def draw_budgets(theme: Theme, title: str, label: str, found: Mapping[Method, Budget], *, is_score: bool) -> Figure:
    """A line and a band for each method.

    Args:
        theme: The colours.
        title: Stands above.
        label: Of the vertical axis.
        found: What is drawn.
        is_score: Whether it is a distance, which may need a logarithmic axis, and not a share.
    """
    figure = new_figure(4.0, title)
    axes = figure.subplots()
    for method, each in found.items():
        tried = range(1, len(each.mean) + 1)
        ink = colour(theme, method)
        axes.fill_between(tried, each.low, each.high, color=ink, alpha=0.12, linewidth=0)
        every = max(1, len(each.mean) // 12)
        axes.plot(tried, each.mean, color=ink, marker=marker(method), markersize=4, markevery=every, linewidth=1.5)
    axes.set(xlabel="configurations tried", ylabel=label)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if is_score:
        score_axis(axes, "y", [value for each in found.values() for value in (*each.low, *each.high)])
    else:
        axes.set_ylim(0, min(1.0, max(0.1, 1.1 * max(float(each.high.max()) for each in found.values()))))
    method_legend(figure, theme, found, line=True)
    return figure


def _picture(search: Search, kind: str, label: str, found: Mapping[Method, Budget], *, is_score: bool) -> Picture:
    title = f"{search.title}: {label} by budget"
    draw = partial(draw_budgets, title=title, label=label, found=found, is_score=is_score)
    return Picture(f"{kind}_{search.name}", f"{search.title}: {label} against the number of configurations tried", draw)


def _in_words(search: Search, found: Mapping[Method, Budget]) -> str:
    common = min(len(each.mean) for each in found.values())
    texts = []
    for tried in dict.fromkeys((1, common)):
        first = min(found, key=lambda method: found[method].mean[tried - 1])
        texts.append(
            f"with {counted(tried, 'configuration')} the lowest mean is {first.title}'s, "
            f"{number(float(found[first].mean[tried - 1]))}{_overlapping(found, first, tried)}"
        )
    text = "; ".join(texts)
    without = [method.title for method in search.tried if method not in found]
    return text + (f". No line for {listed(without)}: no trial of the search has a score." if without else ".")


def _f1_in_words(found: Mapping[Method, Budget]) -> str:
    common = min(len(each.mean) for each in found.values())
    first = max(found, key=lambda method: found[method].mean[common - 1])
    return (
        f"with {counted(common, 'configuration')} the highest mean is {first.title}'s, "
        f"{share(float(found[first].mean[common - 1]))}{_overlapping(found, first, common)}."
    )


def _overlapping(found: Mapping[Method, Budget], first: Method, tried: int) -> str:
    """How many of the other methods' bands touch that of the first."""
    others = [each for method, each in found.items() if method != first]
    if not others:
        return ""
    low, high = found[first].low[tried - 1], found[first].high[tried - 1]
    touching = sum(bool(each.low[tried - 1] <= high and each.high[tried - 1] >= low) for each in others)
    return f" (its band touches those of {touching} of the {len(others)} others)"
