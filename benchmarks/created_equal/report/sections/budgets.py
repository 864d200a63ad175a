"""The budget figure."""

from functools import partial

import numpy as np

from ..figures.budget import draw_budgets
from ..numbers.budget import BAND, RESAMPLES, Budget, f1_budgets, score_budgets
from ..numbers.searches import Search
from ..numbers.words import counted, listed, number, share
from ..page.blocks import Block, Picture, Pictures, Section, Text
from .study import Study

_HOW = (
    "What the best of b configurations scores, if b are drawn at random from those that were tried: the mean of "
    f"{RESAMPLES:,} resamples with replacement, and a band from their {BAND[0]:g}th to their {BAND[1]:g}th percentile. "
    "A configuration that diverged before its first checkpoint counts as the worst score that any trial of the data "
    "set reached (as 0 for F1); failed trials are left out. The default is one of the configurations. At the right end "
    "the resamples are as many draws as there are configurations, so the lines know nothing of better ones that were "
    "not tried."
)


def budgets(study: Study) -> Section:
    """The best score against the number of configurations."""
    pictures, texts = [], []
    for search in study.searches:
        found = score_budgets(search)
        if not found:
            continue
        texts.append(f"{search.title}: {_in_words(study, search, found)}")
        label = f"lowest {search.score}"
        pictures.append(_picture(study, search, "budget", label, found, is_score=True))
        f1 = f1_budgets(search)
        if any(each.mean.any() for each in f1.values()):
            pictures.append(_picture(study, search, "budget_f1", "highest F1", f1, is_score=False))
            texts.append(f"{search.title}, F1: {_f1_in_words(study, f1)}")
    blocks: list[Block] = [Text(_HOW), *(Text(text) for text in texts)]
    blocks.append(Pictures(tuple(pictures)) if pictures else Text("No search has a score yet."))
    return Section("The budget", tuple(blocks))


def _picture(
    study: Study, search: Search, kind: str, label: str, found: dict[str, Budget], *, is_score: bool
) -> Picture:
    draw = partial(
        draw_budgets,
        title=f"{search.title}: {label} by budget",
        label=label,
        budgets=study.by_place(found),
        titles=study.titles,
        is_score=is_score,
    )
    return Picture(f"{kind}_{search.name}", f"{search.title}: {label} against the number of configurations tried", draw)


def _in_words(study: Study, search: Search, found: dict[str, Budget]) -> str:
    common = min(len(each.mean) for each in found.values())
    texts = []
    for tried in dict.fromkeys((1, common)):
        first = min(found, key=lambda method: found[method].mean[tried - 1])
        texts.append(
            f"with {counted(tried, 'configuration')} the lowest mean is {study.title(first)}'s, "
            f"{number(float(found[first].mean[tried - 1]))}{_overlapping(found, first, tried, lower_is_better=True)}"
        )
    text = "; ".join(texts)
    without = [study.title(method) for method in study.in_order(search.tried) if method not in found]
    return text + (f". No line for {listed(without)}: no trial of the search has a score." if without else ".")


def _f1_in_words(study: Study, found: dict[str, Budget]) -> str:
    common = min(len(each.mean) for each in found.values())
    first = max(found, key=lambda method: found[method].mean[common - 1])
    return (
        f"with {counted(common, 'configuration')} the highest mean is {study.title(first)}'s, "
        f"{share(float(found[first].mean[common - 1]))}{_overlapping(found, first, common, lower_is_better=False)}."
    )


def _overlapping(found: dict[str, Budget], first: str, tried: int, *, lower_is_better: bool) -> str:
    """How many of the other methods' bands touch that of the first."""
    others = [each for method, each in found.items() if method != first]
    if not others:
        return ""
    best = found[first]
    touching = int(
        np.sum([each.low[tried - 1] <= best.high[tried - 1] for each in others])
        if lower_is_better
        else np.sum([each.high[tried - 1] >= best.low[tried - 1] for each in others])
    )
    return f" (its band touches those of {touching} of the {len(others)} others)"
