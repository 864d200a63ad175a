"""What a search found of each method, and what its best configuration does on further seeds."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from .searches import Row, Search, last_result, result
from .spread import Spread, spread, without_outliers


class Ends(NamedTuple):
    """How trials ended."""

    done: int
    diverged: int
    failed: int

    @property
    def all(self) -> int:
        """All that ended."""
        return self.done + self.diverged + self.failed


class Summary(NamedTuple):
    """A method in a search.

    Attributes:
        method: Key of the spec's `methods`.
        tried: How the search's trials ended.
        best: The trial with the lowest score; None if none has a score.
        default: The best trial of the method's default configuration, likewise.
        repeated: How the trainings on further seeds ended.
        configurations: Which configurations these trained.
        seeds: Of their best checkpoints' scores.
        kept: The same without outliers.
        outliers: How many were left out.
        last: Of their last checkpoints' scores.
    """

    method: str
    tried: Ends
    best: Row | None
    default: Row | None
    repeated: Ends
    configurations: tuple[int, ...]
    seeds: Spread | None
    kept: Spread | None
    outliers: int
    last: Spread | None


def summaries(search: Search) -> list[Summary]:
    """One for each method that has rows."""
    return [_summary(search, method) for method in search.methods]


def ends(rows: Sequence[Row]) -> Ends:
    """How trials ended."""
    counted = Counter(row["status"] for row in rows)
    return Ends(counted["done"], counted["diverged"], counted["failed"])


def lowest(rows: Sequence[Row]) -> Row | None:
    """The trial with the lowest score."""
    return min((row for row in rows if result(row) is not None), key=result, default=None)


def _summary(search: Search, method: str) -> Summary:
    tried, repeated = search.tried.get(method, ()), search.repeated.get(method, ())
    values = [value for row in repeated if (value := result(row)) is not None]
    kept = without_outliers(values)
    return Summary(
        method,
        ends(tried),
        lowest(tried),
        lowest([row for row in tried if row["configuration"] == 0]),
        ends(repeated),
        tuple(sorted({row["configuration"] for row in repeated if row["configuration"] is not None})),
        spread(values),
        spread(kept),
        len(values) - len(kept),
        spread([value for row in repeated if (value := last_result(row)) is not None]),
    )
