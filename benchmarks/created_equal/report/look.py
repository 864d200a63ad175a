"""How all figures look: paper, ink, and one colour and marker for each method."""

import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from PIL import Image

from .searches import Method

WIDTH = 5.0
# Dots an inch; the first is sharp on screens of twice the usual density.
SHARP, COARSE = 200, 130

# Petroff 2021, "Accessible color sequences for data visualization" (arXiv 2107.02270): ten that the colour-blind tell
# apart. On dark paper the darker ones are raised.
_LIGHT = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd")
_DARK = ("#5aa5ea", "#ffb733", "#e8553a", "#a9b8b6", "#b673e6", "#c08473", "#f57b22", "#c9bd83", "#969aa8", "#92dadd")
_MARKERS = ("o", "s", "^", "D", "v", "P", "p", "<", ">", "h", "d")


@dataclass(frozen=True)
class Theme:
    """Colours of a page.

    Attributes:
        paper: Behind everything.
        ink: Of text.
        faint: Of lines that carry no data.
        methods: Of the methods, in order.
    """

    paper: str
    ink: str
    faint: str
    methods: Sequence[str]


LIGHT = Theme("#ffffff", "#22262b", "#c9ced4", _LIGHT)
DARK = Theme("#16191d", "#dfe3e8", "#434a52", _DARK)


def colour(theme: Theme, method: Method) -> str:
    """A method's."""
    return theme.methods[method.place % len(theme.methods)]


def marker(method: Method) -> str:
    """Likewise; colour and marker together tell 110 methods apart."""
    return _MARKERS[method.place % len(_MARKERS)]


@contextmanager
def drawn_for(theme: Theme) -> Iterator[None]:
    """Sets what figures made inside look like."""
    settings = {
        "font.size": 9,
        "font.family": ["DejaVu Sans"],
        "axes.titlesize": 10,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": 9,
        "legend.fontsize": 8,
        "legend.frameon": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.facecolor": theme.paper,
        "figure.facecolor": theme.paper,
        "savefig.facecolor": theme.paper,
        "grid.color": theme.faint,
        "grid.linewidth": 0.5,
        "axes.edgecolor": theme.ink,
        "axes.linewidth": 0.7,
        # Users' names are no formulas.
        "text.parse_math": False,
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"), theme.ink),
    }
    with matplotlib.rc_context(settings):
        yield


def png(draw: Callable[[Theme], Figure], theme: Theme, dpi: int = SHARP) -> bytes:
    """A figure as a small PNG of at most 256 colours."""
    with drawn_for(theme):
        figure = draw(theme)
        figure.set_dpi(dpi)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    # Pillow's other ways lose the colours of small marks.
    few = pixels.quantize(256, method=Image.Quantize.MAXCOVERAGE)
    small = io.BytesIO()
    few.save(small, format="PNG", optimize=True)
    return small.getvalue()


def new_figure(height: float, title: str) -> Figure:
    """An empty figure with a title.

    Args:
        height: In inches; it is 5 wide.
        title: Stands above it.
    """
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    title = shortened(title, 80)
    figure.suptitle(title, x=0.01, ha="left", fontsize=min(10.0, 540 / len(title)), fontweight="bold")
    return figure


def shortened(title: str, most: int = 18) -> str:
    """A user's title, cut where it would not fit."""
    title = " ".join(title.split())
    return title if len(title) <= most else title[: most - 1] + "…"


def method_legend(figure: Figure, theme: Theme, methods: Iterable[Method], *, line: bool = False) -> None:
    """Names the methods under a figure.

    Args:
        figure: The figure.
        theme: Its colours.
        methods: In order.
        line: Whether a line goes through the marker.
    """
    marks = {
        method: Line2D(
            [], [], color=colour(theme, method), marker=marker(method), markersize=5, linestyle="-" if line else ""
        )
        for method in methods
    }
    names = [shortened(method.title) for method in marks]
    figure.legend(list(marks.values()), names, loc="outside lower center", ncols=min(4, len(names)), columnspacing=1.2)


def score_axis(axes: Axes, which: str, values: Sequence[float]) -> None:
    """Makes an axis logarithmic where the scores span more than a factor of 8."""
    number_axis(axes, which, values, logarithmic=len(values) > 0 and max(values) > 8 * min(values))


def number_axis(axes: Axes, which: str, values: Sequence[float], *, logarithmic: bool) -> None:
    """Writes plain numbers at an axis, logarithmic if that is asked for and all values are positive."""
    axis = getattr(axes, f"{which}axis")
    if logarithmic and min(values) > 0:
        low, high = min(values), max(values)
        pad = max(1.15, (high / low) ** 0.06)
        axes.set(**{f"{which}scale": "log", f"{which}lim": (low / pad, high * pad)})
        axis.set_major_locator(FixedLocator(_ticks(low / pad, high * pad)))
        axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}" if abs(value) >= 1e-3 else f"{value:g}"))


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between two, as many of each decade as make three, and at most five."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks: list[float] = []
    for mantissas in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8)):
        ticks = [m * 10.0**e for e in exponents for m in mantissas if low <= m * 10.0**e <= high]
        if len(ticks) >= 3:
            break
    return ticks[:: 1 + (len(ticks) - 1) // 5]
