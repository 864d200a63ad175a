"""Mean and deviation of trainings that differ by their seed alone, with and without outliers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

# With fewer values a deviation from their median says little.
FEWEST = 5
BEYOND = 3.0
# Of a normal distribution the median absolute deviation times this is the standard deviation.
_SCALE = 1.4826

RULE = (
    f"An outlier is a score more than {BEYOND:g} scaled median absolute deviations (times {_SCALE}) above the median "
    f"of the seeds; among fewer than {FEWEST} seeds none is called one"
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


def spread(values: Sequence[float]) -> Spread | None:
    """Mean and standard deviation of values; None if there are none."""
    if not len(values):
        return None
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Spread(float(np.mean(values)), deviation, len(values))


def without_outliers(values: Sequence[float]) -> list[float]:
    """The values that are no outliers by `RULE`; lower is better, so that none below the median is one."""
    if len(values) < FEWEST:
        return list(values)
    median = np.median(values)
    limit = median + BEYOND * _SCALE * np.median(np.abs(np.asarray(values) - median))
    return [value for value in values if value <= limit]
