"""What a search found of each method, and what its best configuration does on further seeds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from ..rows import STATUSES
from .searches import Method, Row, Search, last_score, scored

# Of fewer seeds neither an outlier nor a difference is told.
FEWEST_SEEDS = 5
_CLEAN_SAMPLES = 20_000

RULE = (
    "An outlier lies further above the median of the seeds, counted in median absolute deviations, than the highest of "
    f"as many normal values does in 99 % of samples; among fewer than {FEWEST_SEEDS} scores none is called one."
)


class Spread(NamedTuple):
    """Mean and deviation.

    Attributes:
        mean: Of the values.
        deviation: The standard deviation, divided by n - 1; None of one value.
        count: How many values.
    """

    mean: float
    deviation: float | None
    count: int


class Summary(NamedTuple):
    """A method in a search.

    Attributes:
        method: The method.
        tried: How the search's trials ended, by `STATUSES`.
        best: The trial with the lowest score; None if none has a score.
        default: The best trial of the method's default configuration, likewise.
        repeated: How the trainings on further seeds ended.
        unscored: How those of them ended that have no score.
        scores: Their best checkpoints' scores.
        kept: The same without outliers.
        last: Their last checkpoints' scores.
    """

    method: Method
    tried: Counter[str]
    best: Row | None
    default: Row | None
    repeated: Counter[str]
    unscored: Counter[str]
    scores: Sequence[float]
    kept: Sequence[float]
    last: Sequence[float]


def summaries(search: Search) -> list[Summary]:
    """One for each method that has rows."""
    return [_summary(search, method) for method in search.methods]


def ends(rows: Iterable[Row]) -> Counter[str]:
    """How trials ended, by `STATUSES`."""
    return Counter(row["status"] for row in rows)


def told_statuses(ended: Counter[str]) -> list[str]:
    """What a table of ends has: `untrained` only where it occurs."""
    return [status for status in STATUSES if status != "untrained" or ended[status]]


def done_of(ended: Counter[str], planned: int) -> str:
    """How many trials are done, and how the others ended: 3 of 5 (1 diverged, 1 failed)."""
    others = ", ".join(f"{ended[status]:,} {status}" for status in STATUSES[1:] if ended[status])
    return f"{ended['done']:,} of {planned:,}" + (f" ({others})" if others else "")


def lowest(rows: Iterable[Row]) -> Row | None:
    """The trial with the lowest score, the first of several."""
    return min(scored(rows), key=lambda pair: pair[1], default=(None,))[0]


def spread(values: Sequence[float]) -> Spread | None:
    """Mean and standard deviation of values; None if there are none."""
    if not len(values):
        return None
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Spread(float(np.mean(values)), deviation, len(values))


def without_outliers(values: Sequence[float]) -> list[float]:
    """The values that are no outliers by `RULE`; lower is better, so that none below the median is one."""
    if len(values) < FEWEST_SEEDS:
        return list(values)
    median, deviation = _median_and_deviation(np.array(values))
    return [value for value in values if value - median <= _limit(len(values)) * deviation]


def difference_of_means(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """A 95 % interval of the second mean less the first, whose deviations may differ (Welch 1947)."""
    from scipy.stats import ttest_ind

    if np.ptp(first) == np.ptp(second) == 0:
        return second[0] - first[0], second[0] - first[0]
    low, high = ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    return float(low), float(high)


@cache
def _limit(count: int) -> float:
    """What the highest of so many normal values exceeds in 1 % of samples, in deviations above the median."""
    samples = np.random.default_rng(0).normal(size=(_CLEAN_SAMPLES, count))
    median, deviation = _median_and_deviation(samples)
    return float(np.quantile((samples.max(axis=-1) - median) / deviation, 0.99))


def _median_and_deviation(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of the last axis, the median and the median absolute deviation from it."""
    median = np.median(values, axis=-1, keepdims=True)
    return median[..., 0], np.median(np.abs(values - median), axis=-1)


def _summary(search: Search, method: Method) -> Summary:
    tried, repeated = search.tried.get(method, ()), search.repeated.get(method, ())
    scores = [score for _, score in scored(repeated)]
    return Summary(
        method,
        ends(tried),
        lowest(tried),
        lowest(row for row in tried if row["configuration"] == 0),
        ends(repeated),
        ends(repeated) - ends(row for row, _ in scored(repeated)),
        scores,
        without_outliers(scores),
        [score for row in repeated if (score := last_score(row)) is not None],
    )
