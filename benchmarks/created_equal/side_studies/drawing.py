"""What the studies' figures have in common: width, scales, and colours that the colour-blind tell apart."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

# Okabe and Ito's.
COLOURS = ("#0072B2", "#D55E00")
MARKERS = ("o", "s")
GREY = "#777777"
_WIDTH = 8.0


def new_figure(height: float, title: str) -> Figure:
    """An empty figure of 800 pixels' width at 100 dots an inch.

    Args:
        height: In inches.
        title: What it shows, and on which data.
    """
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    figure.suptitle(title, fontsize=13)
    return figure


def plain(axes: Axes, title: str) -> None:
    """Gives axes their title, and a faint grid behind; leaves out the box's upper and right side."""
    axes.set_title(title, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, which="major")
    axes.set_axisbelow(True)


def logarithmic(axes: Axes) -> None:
    """Gives both axes a logarithmic scale, with powers of ten written out."""
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,g}")
        # Between powers of ten numbers stand only where no two powers do.
        axis.set_minor_formatter(LogFormatter(minor_thresholds=(1.0, 0.6)))
