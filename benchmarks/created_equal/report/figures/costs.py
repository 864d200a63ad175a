"""How trials ended, and where their time went."""

from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ..numbers.costs import Cost
from ..numbers.summaries import Ends
from .look import Theme, new_figure, shortened

# Not those of methods: ended as it should, its numbers ran away, an error.
_ENDS = {"done": "#4d8f6f", "diverged": "#d9822b", "failed": "#8a5a9e"}
_TIMES = {"training": "#4a7fb5", "scoring": "#c2a24a", "start-up": "#8d949c"}


def draw_costs(
    theme: Theme, title: str, ends: Mapping[int, Ends], costs: Mapping[int, Cost], titles: Mapping[int, str]
) -> Figure:
    """Bars: on the left the share of trials by how they ended, on the right the median seconds of those that are done.

    Args:
        theme: The colours.
        title: Stands above.
        ends: By the methods' places in the spec.
        costs: Likewise.
        titles: Likewise.
    """
    figure = new_figure(1.5 + 0.3 * len(ends), title)
    left, right = figure.subplots(1, 2, sharey=True)
    for place, at in enumerate(ends):
        start = 0.0
        for name, ink in _ENDS.items():
            width = getattr(ends[at], name) / ends[at].all
            left.barh(place, width, left=start, color=ink, height=0.7, label=name if place == 0 else None)
            start += width
        start = 0.0
        found = costs[at]
        for (name, ink), width in zip(_TIMES.items(), (found.training, found.scoring, found.startup), strict=True):
            right.barh(place, width or 0.0, left=start, color=ink, height=0.7, label=name if place == 0 else None)
            start += width or 0.0
    left.set(xlim=(0, 1), xlabel="share of trials", ylim=(len(ends) - 0.4, -0.6))
    left.set_yticks(range(len(ends)), [shortened(titles[at]) for at in ends])
    left.set_xticks((0.0, 0.5, 1.0))
    left.xaxis.set_major_formatter(PercentFormatter(1.0))
    right.set(xlabel="median seconds of a trial")
    for axes, loc in ((left, "outside lower left"), (right, "outside lower right")):
        axes.grid(visible=False, axis="y")
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc=loc, ncols=3, handlelength=0.9, columnspacing=0.8, handletextpad=0.4)
    return figure
