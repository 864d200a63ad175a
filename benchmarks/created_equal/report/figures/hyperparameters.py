"""The score against each hyper-parameter."""

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .look import Theme, colour, marker, method_legend, new_figure, number_axis, score_axis, shortened

_COLUMNS = 2
_MANY = 5
Pairs = Sequence[tuple[float, float]]


def draw_hyperparameters(
    theme: Theme,
    title: str,
    pairs: Mapping[str, Mapping[int, Pairs]],
    switches: Collection[str],
    logarithmic: Collection[str],
    titles: Mapping[int, str],
) -> Figure:
    """A panel for each hyper-parameter, a point for each trial; what has no score lies on the upper edge.

    Args:
        theme: The colours.
        title: Stands above, and says which score it is.
        pairs: Value and score by hyper-parameter and by the methods' places in the spec.
        switches: Those that are yes or no.
        logarithmic: Those whose axis is logarithmic.
        titles: Of the methods, likewise.
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
        for at, each in by_method.items():
            across = np.array([value for value, _ in each])
            if places is not None:
                across = np.vectorize(places.get)(across) + jitter.uniform(-0.25, 0.25, len(each))
            _points(axes, across, np.array([result for _, result in each]), colour(theme, at), marker(at))
        axes.set_title(shortened(name.replace("_", " "), 28), fontsize=8.5, fontweight="normal")
        if places is None:
            number_axis(axes, "x", values, logarithmic=name in logarithmic)
        else:
            _name_places(axes, values, places, is_switch=name in switches)
        if reached:
            score_axis(axes, "y", reached)
    for axes in panels.flat[len(pairs) :]:
        axes.set_visible(False)
    method_legend(figure, theme, {at: titles[at] for at in titles if any(at in each for each in pairs.values())})
    return figure


def _points(axes: Axes, across: np.ndarray, results: np.ndarray, ink: str, mark: str) -> None:
    look = {"color": ink, "linestyle": "", "markersize": 4, "alpha": 0.85}
    ended = np.isfinite(results)
    axes.plot(across[ended], results[ended], marker=mark, markeredgewidth=0, **look)
    if not ended.all():
        look |= {"marker": "x", "clip_on": False, "in_layout": False, "transform": axes.get_xaxis_transform()}
        axes.plot(across[~ended], np.full(np.sum(~ended), 0.985), **look)


def _name_places(axes: Axes, values: Sequence[float], places: Mapping[float, float], *, is_switch: bool) -> None:
    names = ["yes" if value else "no" for value in values] if is_switch else [f"{value:g}" for value in values]
    axes.set_xticks([places[value] for value in values], names)
    axes.set_xlim(-0.6, len(values) - 0.4)
    axes.grid(visible=False, axis="x")
