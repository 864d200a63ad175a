"""Interleaved rounds, and the ratios that come of them: a machine that is busy for a while slows all sides alike."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from tfgen.data.progress import progress


class Ratio(NamedTuple):
    """The ratios of two speeds in rounds in which both were measured.

    Attributes:
        median: The middle one.
        minimum: The smallest.
        maximum: The largest.
    """

    median: float
    minimum: float
    maximum: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.minimum:.2f} to {self.maximum:.2f})"


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Ratio:
    """The ratios round by round, not of medians: what slowed one round slowed both.

    Args:
        numerators: A value a round.
        denominators: As many, of the same rounds.
    """
    found = [above / below for above, below in zip(numerators, denominators, strict=True)]
    return Ratio(statistics.median(found), min(found), max(found))


def interleaved(timers: Mapping[str, Callable[[], float]], rounds: int, description: str) -> dict[str, list[float]]:
    """What each timer returns in each round, the timers in turn, each round beginning with another one.

    Args:
        timers: By what they measure; each runs its work once and returns seconds.
        rounds: How often each is run.
        description: What the progress bar says.
    """
    names = list(timers)
    found: dict[str, list[float]] = {name: [] for name in names}
    turns = [names[(first + index) % len(names)] for first in range(rounds) for index in range(len(names))]
    for name in progress(turns, description, len(turns)):
        found[name].append(timers[name]())
    return found
