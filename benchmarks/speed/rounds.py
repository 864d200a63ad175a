"""Interleaved rounds, and what comes of them: a machine that is busy for a while slows all sides alike."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from math import comb
from typing import NamedTuple, TypeVar

from tfgen.data.progress import progress
from tfgen.errors import TfgenError

T = TypeVar("T")


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


def interleaved(
    timers: Mapping[str, Callable[[], T]], rounds: int, description: str, failures: dict[str, str]
) -> dict[str, list[T]]:
    """What each timer returns in each round, the timers in turn, each round beginning with another one.

    Args:
        timers: By what they measure; each runs its work once and returns seconds.
        rounds: How often each is run.
        description: What the progress bar says.
        failures: By name, why a timer failed, which is added here; it is not run again, and the others go on.

    Returns:
        Those of the timers that did not fail.
    """
    names = list(timers)
    found: dict[str, list[T]] = {name: [] for name in names}
    turns = [names[(first + index) % len(names)] for first in range(rounds) for index in range(len(names))]
    for name in progress(turns, description, len(turns)):
        if name not in found:
            continue
        try:
            found[name].append(timers[name]())
        except TfgenError as error:
            failures[name] = str(error)
            del found[name]
    return found


def median_interval(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float]:
    """Between which values the median lies of what they were drawn from, whatever its distribution.

    Each value is above that median as often as under it, so how many of n are is Binomial(n, 1/2). Of fewer values than
    the confidence takes (six for 95 %), it is the smallest and the largest.

    Args:
        values: Drawn independently.
        confidence: How sure to be.
    """
    ordered, n, left_out = sorted(values), len(values), 0
    while 2 * sum(comb(n, each) for each in range(left_out + 2)) <= (1 - confidence) * 2**n:
        left_out += 1
    return ordered[left_out], ordered[n - 1 - left_out]
