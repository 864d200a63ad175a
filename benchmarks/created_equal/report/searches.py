"""The rows of a study, sorted into its searches."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from tfgen.errors import TfgenError

from ..rows import score_of
from ..spec import Phase, Spec

Row = Mapping[str, Any]


class Method(NamedTuple):
    """A method; sorted, methods are in the spec's order.

    Attributes:
        place: In the spec, which its colour and marker go by.
        key: Of the spec's `methods`.
        title: What a reader calls it.
    """

    place: int
    key: str
    title: str


@dataclass(frozen=True)
class Search:
    """A search on one data set, and the trainings of its best configurations on further seeds.

    Attributes:
        dataset: Key of the spec's `datasets`.
        phase: The search's phase.
        title: The data set's title, with the search's name where there are several searches.
        name: The same for names of files.
        score: What the Frechet distance is called; None while nothing was scored.
        tried: The search's rows by method, in the spec's order of methods; of a method without rows there is no entry.
        repeated: Those of the phase that trains its best again, likewise.
        repeats: How many such trainings of a method the spec has.
    """

    dataset: str
    phase: Phase
    title: str
    name: str
    score: str | None
    tried: Mapping[Method, Sequence[Row]]
    repeated: Mapping[Method, Sequence[Row]]
    repeats: int

    @property
    def methods(self) -> list[Method]:
        """Those that have rows."""
        return sorted({*self.tried, *self.repeated})

    def rows(self, method: Method) -> list[Row]:
        """All rows of a method."""
        return [*self.tried.get(method, ()), *self.repeated.get(method, ())]

    def all_rows(self) -> Iterator[Row]:
        """All rows of all methods."""
        for method in self.methods:
            yield from self.rows(method)


@dataclass(frozen=True)
class Study:
    """What a report is written from: a spec and the rows of the trials that have ended.

    Raises:
        TfgenError: If there are no rows, or one is of another study.
    """

    spec: Spec
    rows: Sequence[Row]

    def __post_init__(self) -> None:
        if not self.rows:
            raise TfgenError("no trial of the study has ended yet, so there is nothing to report; run some first")
        phases = {phase.name for phase in self.spec.phases}
        for kind, known in (("phase", phases), ("dataset", self.spec.datasets), ("method", self.spec.methods)):
            for row in self.rows:
                if row[kind] not in known:
                    raise TfgenError(
                        f"trial {row['trial']} is of the {kind} {row[kind]!r}, which the spec does not have; "
                        "report with the spec that it was trained by"
                    )

    @cached_property
    def methods(self) -> dict[str, Method]:
        """The spec's, by their keys."""
        tables = self.spec.methods.items()
        return {key: Method(place, key, table.get("title", key)) for place, (key, table) in enumerate(tables)}

    @cached_property
    def searches(self) -> list[Search]:
        """Those of which something was trained: data set by data set, in the spec's order."""
        found = []
        for dataset in self.spec.datasets:
            for phase in (phase for phase in self.spec.phases if phase.ranges):
                again = [
                    other for other in self.spec.phases if other.best_of == phase.name and dataset in other.datasets
                ]
                tried = self._by_method(dataset, [phase.name])
                repeated = self._by_method(dataset, [other.name for other in again])
                if tried or repeated:
                    both = [row for table in (tried, repeated) for rows in table.values() for row in rows]
                    repeats = sum(other.seeds for other in again)
                    names = self._names(dataset, phase)
                    found.append(Search(dataset, phase, *names, _score(both), tried, repeated, repeats))
        return found

    def dataset_title(self, dataset: str) -> str:
        """What a reader calls a data set."""
        return self.spec.datasets[dataset].get("title", dataset)

    def _by_method(self, dataset: str, phases: Sequence[str]) -> dict[Method, list[Row]]:
        found: dict[Method, list[Row]] = {method: [] for method in self.methods.values()}
        for row in sorted(self.rows, key=lambda row: row["trial"]):
            if row["dataset"] == dataset and row["phase"] in phases:
                found[self.methods[row["method"]]].append(row)
        return {method: rows for method, rows in found.items() if rows}

    def _names(self, dataset: str, phase: Phase) -> tuple[str, str]:
        title = self.dataset_title(dataset)
        alone = sum(1 for other in self.spec.phases if other.ranges and dataset in other.datasets) == 1
        title, name = (title, dataset) if alone else (f"{title}, {phase.name}", f"{dataset}_{phase.name}")
        return title, re.sub(r"[^\w-]+", "_", name)


def trained(rows: Iterable[Row]) -> list[Row]:
    """Those that were trained, to their end or until they diverged: what failed says nothing of its method."""
    return [row for row in rows if row["status"] in ("done", "diverged")]


def scored(rows: Iterable[Row]) -> list[tuple[Row, float]]:
    """Those that have a score, beside it."""
    return [(row, score) for row in rows if (score := score_of(row)) is not None]


def last_score(row: Row) -> float | None:
    """The score of a trial's last checkpoint; None if it did not come to it, or has no score there."""
    return row["scores"][-1]["values"].get(row["score"]) if row["status"] == "done" and row["scores"] else None


def curve(row: Row, score: str | None) -> list[tuple[int, float]]:
    """A score over the steps of a trial, where it has one."""
    points = ((point["step"], point["values"].get(score)) for point in row["scores"])
    return [(step, value) for step, value in points if value is not None]


def at_best(row: Row) -> dict[str, float]:
    """All scores of the checkpoint that is best by the trial's own score; none if it has no best."""
    if score_of(row) is None:
        return {}
    values = next((point["values"] for point in row["scores"] if point["step"] == row["best"]["step"]), {})
    return {name: value for name, value in values.items() if value is not None}


def _score(rows: Sequence[Row]) -> str | None:
    named = Counter(row["score"] for row in rows if row["score"])
    return named.most_common(1)[0][0] if named else None
