"""The best of b configurations against b."""

from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..numbers.budget import Budget
from .look import Theme, colour, marker, method_legend, new_figure, score_axis


def draw_budgets(
    theme: Theme, title: str, label: str, budgets: Mapping[int, Budget], titles: Mapping[int, str], *, is_score: bool
) -> Figure:
    """A line and a band for each method.

    Args:
        theme: The colours.
        title: Stands above.
        label: Of the vertical axis.
        budgets: By the methods' places in the spec.
        titles: Likewise.
        is_score: Whether it is a distance, which may need a logarithmic axis, and not a share.
    """
    figure = new_figure(4.0, title)
    axes = figure.subplots()
    for at, found in budgets.items():
        tried = range(1, len(found.mean) + 1)
        axes.fill_between(tried, found.low, found.high, color=colour(theme, at), alpha=0.12, linewidth=0)
        every = max(1, len(found.mean) // 12)
        axes.plot(
            tried, found.mean, color=colour(theme, at), marker=marker(at), markersize=4, markevery=every, linewidth=1.5
        )
    axes.set(xlabel="configurations tried", ylabel=label)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if is_score:
        score_axis(axes, "y", [value for found in budgets.values() for value in (*found.low, *found.high)])
    else:
        axes.set_ylim(0, min(1.0, max(0.1, 1.1 * max(float(found.high.max()) for found in budgets.values()))))
    method_legend(figure, theme, {at: titles[at] for at in budgets}, line=True)
    return figure
