"""What one measurement found: seconds of each contender in interleaved rounds, and the table that shows them."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .rounds import Ratio, ratio

_UNITS: dict[str, Callable[[float], str]] = {
    "steps/s": lambda seconds: f"{1 / seconds:.2f}",
    "images/s": lambda seconds: f"{1 / seconds:,.0f}" if seconds < 0.01 else f"{1 / seconds:.2f}",
    "ms": lambda seconds: f"{seconds * 1000:.2f}",
    "s": lambda seconds: f"{seconds:.2f}",
}


@dataclass
class Measurement:
    """One table.

    Attributes:
        title: Its heading.
        unit: What the seconds are shown as: `steps/s`, `images/s`, `ms` or `s`.
        reference: The row that the others are compared with; None where rows do different work.
        seconds: By contender, one value a round: of a step, an image, a call.
        failures: Why a contender was not measured.
        peak_mib: Peak memory of each contender's process, where it had one.
        notes: Sentences under the table.
    """

    title: str
    unit: str
    reference: str | None
    seconds: dict[str, list[float]]
    failures: dict[str, str] = field(default_factory=dict)
    peak_mib: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def ratios(self) -> dict[str, Ratio]:
        """How many times as fast as each contender the reference is."""
        if self.reference not in self.seconds:
            return {}
        return {name: ratio(times, self.seconds[self.reference]) for name, times in self.seconds.items()}

    def markdown(self) -> str:
        """The heading, the table, and the notes."""
        rounds = max(map(len, self.seconds.values()), default=0)
        columns = ["", f"{self.unit}, median of {rounds}" if rounds > 1 else self.unit]
        columns += [f"{self.reference} is as many times as fast"] if self.reference else []
        columns += ["peak memory"] if self.peak_mib else []
        lines = [f"### {self.title}", "", _row(columns), _row(["---"] * len(columns))]
        for name, times in self.seconds.items():
            cells = [name, _UNITS[self.unit](statistics.median(times))]
            cells += [str(self.ratios.get(name, ""))] if self.reference else []
            if self.peak_mib:
                cells.append(f"{self.peak_mib[name]:,.0f} MiB" if name in self.peak_mib else "")
            lines.append(_row(cells))
        for name, reason in self.failures.items():
            cells = [name, f"it cannot run: {reason}"] + [""] * (len(columns) - 2)
            lines.append(_row([cell.replace("|", "/") for cell in cells]))
        return "\n".join([*lines, "", *(f"{note}\n" for note in self.notes)])

    def table(self) -> Mapping[str, Any]:
        """All of it, rounds included, as JSON has it."""
        return {
            "title": self.title,
            "unit": self.unit,
            "reference": self.reference,
            "seconds": self.seconds,
            "reference_is_times_as_fast": {name: each._asdict() for name, each in self.ratios.items()},
            "failures": self.failures,
            "peak_mib": self.peak_mib,
            "notes": self.notes,
        }


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
