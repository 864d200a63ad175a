"""What trials cost: time and memory."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .searches import Row


class Cost(NamedTuple):
    """Medians of a method's trials that ended as they should, and the sum of all.

    Attributes:
        training: Seconds.
        scoring: Seconds.
        startup: Seconds.
        memory: The highest peak in bytes.
        total: Seconds of all its trials, however they ended.
    """

    training: float | None
    scoring: float | None
    startup: float | None
    memory: float | None
    total: float


def cost(rows: Sequence[Row]) -> Cost:
    """What trials cost."""
    done = [row for row in rows if row["status"] == "done"]
    memory = [row["peak_memory_bytes"] for row in rows if row.get("peak_memory_bytes")]
    medians = (_median(done, key) for key in ("training_seconds", "scoring_seconds", "startup_seconds"))
    return Cost(*medians, max(memory, default=None), seconds(rows))


def seconds(rows: Sequence[Row]) -> float:
    """The wall time of all trials, one after the other."""
    return float(sum(row.get("seconds") or 0.0 for row in rows))


def _median(rows: Sequence[Row], key: str) -> float | None:
    values = [row[key] for row in rows if row.get(key) is not None]
    return float(np.median(values)) if values else None
