"""What each hyper-parameter did: the score against it, and Spearman's rank correlation of the two."""

import math
from collections.abc import Collection, Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..rows import score_of
from ..words import NONE, counted
from .blocks import Block, Picture, Pictures, Section, Table, Text, named
from .look import Theme, colour, marker, method_legend, new_figure, number_axis, score_axis, shortened
from .searches import Method, Row, Search, Study, trained

Pairs = Sequence[tuple[float, float]]
# With fewer configurations a correlation is chance.
_FEWEST = 8
_COLUMNS = 2
# Fewer whole numbers than these get a place each, and not an axis.
_MANY = 5


def hyperparameters(study: Study) -> Section:
    """The score against each hyper-parameter."""
    pictures, tables = [], []
    for search in (search for search in study.searches if search.score and varied(search)):
        pictures += _picture(study, search)
        tables += _table(search)
    how = (
        "The score of each trial against what was drawn for it, all other hyper-parameters differing as well; crosses "
        "on the upper edge diverged before their first checkpoint. Where a search has "
        f"{_FEWEST} trials or more of a method, the table has Spearman's rank correlation of the hyper-parameter and "
        "the score, a trial without one ranking last: negative says that larger values went with better (lower) "
        "scores. With so few trials it is a hint and no proof."
    )
    if not pictures:
        return Section("What each hyper-parameter did", (Text("No search has scored a change of one yet."),))
    return Section("What each hyper-parameter did", (Text(how), Pictures(tuple(pictures)), *tables))


def varied(search: Search) -> list[str]:
    """The hyper-parameters that any method's search changed, in their order."""
    seen: dict[str, set] = {}
    for method, rows in search.tried.items():
        for row in rows:
            for name, value in row["hyperparameters"].items():
                seen.setdefault(name, set()).add((method, value))
    return [name for name, values in seen.items() if len(values) > len({method for method, _ in values})]


def values_and_scores(rows: Sequence[Row], name: str) -> list[tuple[float, float]]:
    """A hyper-parameter beside the score, infinity where there is none; text and failed trials are left out."""
    pairs = []
    for row in trained(rows):
        value, score = row["hyperparameters"].get(name), score_of(row)
        if isinstance(value, bool | int | float):
            pairs.append((float(value), math.inf if score is None else score))
    return pairs


def correlations(search: Search) -> dict[tuple[Method, str], float]:
    """Spearman's rank correlation by method and hyper-parameter; a trial without a score ranks behind all others.

    There is none where the method's search did not change the hyper-parameter, or in fewer than 8 trials.
    """
    pairs = {
        (method, name): values_and_scores(rows, name)
        for method, rows in search.tried.items()
        for name in varied(search)
    }
    found = {key: _correlation(each) for key, each in pairs.items()}
    return {key: value for key, value in found.items() if value is not None}


def draw_hyperparameters(
    theme: Theme,
    title: str,
    pairs: Mapping[str, Mapping[Method, Pairs]],
    switches: Collection[str],
    logarithmic: Collection[str],
) -> Figure:
    """A panel for each hyper-parameter, a point for each trial; what has no score lies on the upper edge.

    Args:
        theme: The colours.
        title: Stands above, and says which score it is.
        pairs: Value and score by hyper-parameter and method.
        switches: Those that are yes or no.
        logarithmic: Those whose axis is logarithmic.
    """
    rows = -(-len(pairs) // _COLUMNS)
    figure = new_figure(1.2 + 1.65 * rows, title)
    panels = figure.subplots(rows, min(_COLUMNS, len(pairs)), sharey=True, squeeze=False)
    every = [pair for by_method in pairs.values() for each in by_method.values() for pair in each]
    reached = [value for _, value in every if math.isfinite(value)]
    for axes, (name, by_method) in zip(panels.flat, pairs.items(), strict=False):
        values = sorted({value for each in by_method.values() for value, _ in each})
        few = len(values) < _MANY and all(value.is_integer() for value in values)
        places = {value: float(place) for place, value in enumerate(values)} if few else None
        jitter = np.random.default_rng(0)
        for method, each in by_method.items():
            across = np.array([value for value, _ in each])
            if places is not None:
                across = np.vectorize(places.get)(across) + jitter.uniform(-0.25, 0.25, len(each))
            _points(axes, across, np.array([score for _, score in each]), colour(theme, method), marker(method))
        axes.set_title(shortened(name.replace("_", " "), 28), fontsize=8.5, fontweight="normal")
        if places is None:
            number_axis(axes, "x", values, logarithmic=name in logarithmic)
        else:
            _name_places(axes, values, places, is_switch=name in switches)
        if reached:
            score_axis(axes, "y", reached)
    for axes in panels.flat[len(pairs) :]:
        axes.set_visible(False)
    method_legend(figure, theme, sorted({method for by_method in pairs.values() for method in by_method}))
    return figure


def _picture(study: Study, search: Search) -> list[Picture]:
    """None if no trial has a number to be drawn."""
    pairs = {
        name: {method: found for method, rows in search.tried.items() if (found := values_and_scores(rows, name))}
        for name in varied(search)
    }
    drawn = {name: by_method for name, by_method in pairs.items() if by_method}
    if not drawn:
        return []
    rows = [row for rows in search.tried.values() for row in rows]
    switches = [name for name in drawn if all(isinstance(row["hyperparameters"].get(name, True), bool) for row in rows)]
    draw = partial(
        draw_hyperparameters,
        title=f"{search.title}: {search.score} by hyper-parameter",
        pairs=drawn,
        switches=switches,
        logarithmic=_logarithmic(study, search),
    )
    return [Picture(f"hyperparameters_{search.name}", f"{search.title}: the score against each hyper-parameter", draw)]


def _logarithmic(study: Study, search: Search) -> set[str]:
    """The hyper-parameters whose logarithms were drawn evenly."""
    ranges = (study.spec.ranges(search.phase, method.key) for method in search.tried)
    return {name for each in ranges for name, found in each.items() if found.kind == "log10"}


def _points(axes: Axes, across: np.ndarray, scores: np.ndarray, ink: str, mark: str) -> None:
    look = {"color": ink, "linestyle": "", "markersize": 4, "alpha": 0.85}
    ended = np.isfinite(scores)
    axes.plot(across[ended], scores[ended], marker=mark, markeredgewidth=0, **look)
    if not ended.all():
        look |= {"marker": "x", "clip_on": False, "in_layout": False, "transform": axes.get_xaxis_transform()}
        axes.plot(across[~ended], np.full(np.sum(~ended), 0.985), **look)


def _name_places(axes: Axes, values: Sequence[float], places: Mapping[float, float], *, is_switch: bool) -> None:
    names = ["yes" if value else "no" for value in values] if is_switch else [f"{value:g}" for value in values]
    axes.set_xticks([places[value] for value in values], names)
    axes.set_xlim(-0.6, len(values) - 0.4)
    axes.grid(visible=False, axis="x")


def _table(search: Search) -> list[Block]:
    known = correlations(search)
    if not known:
        return []
    names = [name for name in varied(search) if any(name == each for _, each in known)]
    rows = [
        [named(method), *(f"{known[method, name]:+.2f}" if (method, name) in known else NONE for name in names)]
        for method in search.tried
    ]
    method, name = max(known, key=lambda pair: abs(known[pair]))
    text = (
        f"{search.title}: the strongest of {counted(len(known), 'correlation')} is that of {name} of "
        f"{method.title}, {known[method, name]:+.2f} over "
        f"{counted(len(values_and_scores(search.tried[method], name)), 'trial')}."
    )
    header = ("method", *(name.replace("_", " ") for name in names))
    return [Text(text), Table(header, rows, f"{search.title}: rank correlation with {search.score}")]


def _correlation(pairs: Pairs) -> float | None:
    from scipy.stats import spearmanr

    values, scores = zip(*pairs, strict=True) if pairs else ((), ())
    if len(pairs) < _FEWEST or len(set(values)) < 2 or len(set(scores)) < 2:
        return None
    return float(spearmanr(values, scores).statistic)
