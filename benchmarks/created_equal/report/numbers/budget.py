"""What the best of b random configurations scores, by the bootstrap."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .polygons import best_f1
from .searches import Row, Search, result

RESAMPLES = 5000
BAND = (16.0, 84.0)


class Budget(NamedTuple):
    """The best of b configurations, b = 1, 2, ...

    Attributes:
        mean: (n,), over the resamples.
        low: (n,), their 16th percentile.
        high: (n,), their 84th percentile.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def budget(values: Sequence[float], *, seed: int = 0) -> Budget:
    """The minimum of b values drawn with replacement, for b from 1 to as many as there are.

    The budget figure of Lucic et al. 2018 (arXiv 1711.10337). One resample of n draws serves all b, as its running
    minimum.

    Args:
        values: One for each configuration that was tried.
        seed: Of the resamples.
    """
    drawn = np.random.default_rng(seed).integers(len(values), size=(RESAMPLES, len(values)))
    minima = np.minimum.accumulate(np.asarray(values, float)[drawn], axis=1)
    low, high = np.percentile(minima, BAND, axis=0)
    return Budget(minima.mean(axis=0), low, high)


def score_budgets(search: Search) -> dict[str, Budget]:
    """The minimum score of each method that has one, by the number of configurations.

    A configuration that diverged before its first checkpoint gave nothing: it counts as the worst score that any trial
    of the search reached. One that failed says nothing of its method, and is left out.
    """
    values = {method: [result(row) for row in _ended(rows)] for method, rows in search.tried.items()}
    reached = [value for each in values.values() for value in each if value is not None]
    worst = max(reached, default=0.0)
    return _budgets(
        {method: [worst if v is None else v for v in each] for method, each in values.items() if _any(each)}
    )


def f1_budgets(search: Search) -> dict[str, Budget]:
    """The maximum F1 of each method that has one, likewise; a configuration that gave nothing counts as 0."""
    points = {method: [best_f1(row) for row in _ended(rows)] for method, rows in search.tried.items()}
    negated = {m: [-p.f1 if p else 0.0 for p in each] for m, each in points.items() if _any(each)}
    return {
        method: Budget(0.0 - found.mean, 0.0 - found.high, 0.0 - found.low)
        for method, found in _budgets(negated).items()
    }


def _any(values: Sequence[object]) -> bool:
    return any(value is not None for value in values)


def _ended(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["status"] != "failed"]


def _budgets(values: Mapping[str, Sequence[float]]) -> dict[str, Budget]:
    return {method: budget(each) for method, each in values.items()}
