"""The curves of a training, from its log, as drawings that take the page's colours and width."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.ticker import MaxNLocator

from tfgen.zoo.gallery.markup import Markup, element
from tfgen.zoo.rows import describe, is_finite, protocol

_WIDTH, _HEIGHT = 1000, 300
# Beyond this factor between the largest value and the least, a linear axis would show the largest alone.
_LOGARITHMIC_FROM = 20
_MOST_DOTS = 40

Points = Sequence[tuple[int, float]]


class Chart(NamedTuple):
    """Values over the steps.

    Attributes:
        title: What they are.
        series: Points by the name of what they show, at least one each.
        note: How they were measured.
    """

    title: str
    series: Mapping[str, Points]
    note: str = ""


def loss_charts(log: Sequence[Mapping[str, Any]]) -> list[Chart]:
    """The values of a training's log: losses, the lengths of gradients, and what else a method logs."""
    series: dict[str, list[tuple[int, float]]] = {}
    for row in log:
        for name, value in row.items():
            if name not in ("step", "seconds") and _is_number(value):
                series.setdefault(name, []).append((row["step"], value))
    kinds: dict[str, dict[str, Points]] = {"Losses": {}, "Lengths of the gradients": {}, "What else was logged": {}}
    for name, points in series.items():
        kind = "Losses" if name.endswith("loss") else "What else was logged"
        kinds["Lengths of the gradients" if name.endswith("gradient_norm") else kind][name] = points
    return [Chart(title, found) for title, found in kinds.items() if found]


def score_charts(rows: Sequence[Mapping[str, Any]]) -> list[Chart]:
    """The scores that were measured while a training went on, those of one protocol in one chart."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if is_finite(row):
            found.setdefault(protocol(row), []).append(row)
    charts = []
    for alike in found.values():
        name, _, *how = describe(alike[0])
        points = sorted({row["step"]: row["value"] for row in alike}.items())
        better = {True: "higher is better", False: "lower is better"}.get(alike[0]["higher_is_better"])
        charts.append(Chart(name, {name: points}, "; ".join(filter(None, (better, *how)))))
    return charts


def drawing(chart: Chart) -> Markup:
    """A chart as a figure: lines in SVG that stretch with the page, and numbers in HTML that do not."""
    steps = [step for points in chart.series.values() for step, _ in points]
    values = [value for points in chart.series.values() for _, value in points]
    logarithmic = min(values) > 0 and max(values) > _LOGARITHMIC_FROM * min(values)
    across, up = _Axis([0, *steps], pad=0.0), _Axis(values, logarithmic)
    lines = []
    for place, points in enumerate(chart.series.values()):
        path = [
            f"{_round(_WIDTH * across.place(step))},{_round(_HEIGHT * (1 - up.place(value)))}" for step, value in points
        ]
        style = {"vector_effect": "non-scaling-stroke"}
        lines.append(element("polyline", points=" ".join(path), class_=f"line s{place % 10}", **style))
        if len(points) <= _MOST_DOTS:
            # Lines without length, which stay round where the drawing is stretched.
            dots = " ".join(f"M{each}h0" for each in path)
            lines.append(element("path", d=dots, class_=f"line dots s{place % 10}", **style))
    rules = [
        element("line", x1=0, x2=_WIDTH, y1=y, y2=y, class_="rule", vector_effect="non-scaling-stroke")
        for y in (_round(_HEIGHT * (1 - up.place(tick))) for tick in up.ticks())
    ]
    ranges = ", ".join(
        f"{name} from {points[0][1]:.4g} to {points[-1][1]:.4g}" for name, points in chart.series.items()
    )
    svg = element(
        "svg",
        *rules,
        *lines,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_label=f"{chart.title} over the steps {min(steps):,} to {max(steps):,}: {ranges}",
    )
    labels = [
        *(
            element("span", _number(tick), class_="y", style=f"bottom:{_round(100 * up.place(tick))}%")
            for tick in up.ticks()
        ),
        *(
            element("span", f"{tick:,.0f}", class_="x", style=f"left:{_round(100 * across.place(tick))}%")
            for tick in across.ticks()
        ),
    ]
    legend = [
        element("li", element("span", class_=f"swatch s{place % 10}"), name, " ", element("output"))
        for place, name in enumerate(chart.series)
    ]
    return element(
        "figure",
        element("h3", chart.title, " (logarithmic)" if logarithmic else ""),
        element("p", chart.note, class_="note") if chart.note else None,
        element("div", svg, *labels, class_="plot"),
        element("p", "step ", element("output", class_="step"), class_="axis"),
        element("ul", *legend, class_="legend"),
        class_="curve",
        data_steps=f"{across.low:.12g} {across.high:.12g}",
        data_series=json.dumps(list(chart.series.values())),
    )


def table(charts: Sequence[Chart]) -> Markup:
    """The points of charts as numbers."""
    series = [(name, dict(points)) for chart in charts for name, points in chart.series.items()]
    steps = sorted({step for _, points in series for step in points})
    head = element("tr", *(element("th", name, scope="col") for name in ("step", *(name for name, _ in series))))
    rows = [
        element(
            "tr",
            element("th", f"{step:,}", scope="row"),
            *(element("td", f"{points[step]:.5g}" if step in points else "") for _, points in series),
        )
        for step in steps
    ]
    numbers = element("table", element("thead", head), element("tbody", *rows))
    return element("div", numbers, class_="wide", tabindex=0, role="region", aria_label="Numbers")


class _Axis:
    """Where values lie between an axis' ends, 0 to 1."""

    def __init__(self, values: Sequence[float], logarithmic: bool = False, pad: float = 0.04):
        self.logarithmic = logarithmic
        low, high = self._scaled(min(values)), self._scaled(max(values))
        margin = pad * (high - low)
        if low == high:
            margin = abs(low) / 10 or 1.0
        self.low, self.high = low - margin, high + margin

    def place(self, value: float) -> float:
        return (self._scaled(value) - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Round numbers between the ends, some four of them."""
        if not self.logarithmic:
            ticks = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(self.low, self.high)
            return [float(tick) for tick in ticks if self.low <= tick <= self.high]
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        ticks = []
        for mantissas in ((1,), (1, 3), (1, 2, 5)):
            ticks = [
                m * 10.0**each for each in decades for m in mantissas if self.low <= math.log10(m) + each <= self.high
            ]
            if len(ticks) >= 3:
                break
        return ticks[:: 1 + (len(ticks) - 1) // 5]

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value


def _round(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _number(value: float) -> str:
    return f"{value:,.6g}" if abs(value) >= 1e-3 or not value else f"{value:g}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
