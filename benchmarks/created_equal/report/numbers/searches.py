"""The rows of a study, sorted into its searches."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tfgen.errors import TfgenError

from ...spec import Phase, Spec

Row = Mapping[str, Any]


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
        repeated: Those of the phases that train its best again, likewise.
        repeats: How many such trainings of a method the spec has.
    """

    dataset: str
    phase: Phase
    title: str
    name: str
    score: str | None
    tried: Mapping[str, Sequence[Row]]
    repeated: Mapping[str, Sequence[Row]]
    repeats: int

    @property
    def methods(self) -> list[str]:
        """Those that have rows."""
        return list(dict.fromkeys([*self.tried, *self.repeated]))

    def rows(self, method: str) -> list[Row]:
        """All rows of a method."""
        return [*self.tried.get(method, ()), *self.repeated.get(method, ())]

    def all_rows(self) -> Iterator[Row]:
        """All rows of all methods."""
        for method in self.methods:
            yield from self.rows(method)


def searches(spec: Spec, rows: Sequence[Row]) -> list[Search]:
    """The searches of which something was trained: data set by data set, in the spec's order.

    Raises:
        TfgenError: If there are no rows, or one is of another study.
    """
    _check(spec, rows)
    found = []
    for dataset in spec.datasets:
        for phase in (phase for phase in spec.phases if phase.ranges):
            repeating = [other for other in spec.phases if other.best_of == phase.name and dataset in other.datasets]
            tried = _by_method(spec, rows, dataset, [phase.name])
            repeated = _by_method(spec, rows, dataset, [other.name for other in repeating])
            if tried or repeated:
                title, name = _names(spec, dataset, phase)
                both = [row for table in (tried, repeated) for each in table.values() for row in each]
                repeats = sum(other.seeds for other in repeating)
                found.append(Search(dataset, phase, title, name, _score(both), tried, repeated, repeats))
    return found


def result(row: Row) -> float | None:
    """The best score of a trial over its checkpoints, those before a divergence too; None if it has no finite one."""
    return _finite((row.get("best") or {}).get("value")) if row["status"] != "failed" else None


def last_result(row: Row) -> float | None:
    """The score of a trial's last checkpoint; None if it did not come to it, or has no finite score there."""
    return _finite((row.get("last") or {}).get("value")) if row["status"] == "done" else None


def best_step(row: Row) -> int | None:
    """The step of a trial's best checkpoint."""
    return (row.get("best") or {}).get("step")


def hyperparameters(row: Row) -> Mapping[str, Any]:
    """Of a trial; none of one whose search came to no best."""
    return row.get("hyperparameters") or {}


def curve(row: Row, score: str) -> list[tuple[int, float]]:
    """A score over the steps of a trial, where it is finite."""
    values = ((point["step"], _finite(point["values"].get(score))) for point in row.get("scores") or ())
    return [(step, value) for step, value in values if value is not None]


def at_best(row: Row) -> dict[str, float]:
    """All finite scores of the checkpoint that was best by the trial's own score."""
    for point in row.get("scores") or ():
        if point["step"] == best_step(row):
            return {name: value for name, value in point["values"].items() if _finite(value) is not None}
    return {}


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _check(spec: Spec, rows: Sequence[Row]) -> None:
    if not rows:
        raise TfgenError("no trial of the study has ended yet, so there is nothing to report; run some first")
    phases = {phase.name for phase in spec.phases}
    for kind, known in (("phase", phases), ("dataset", spec.datasets), ("method", spec.methods)):
        for row in rows:
            if row[kind] not in known:
                raise TfgenError(
                    f"trial {row['trial']} is of the {kind} {row[kind]!r}, which the spec does not have; "
                    "report with the spec that it was trained by"
                )


def _by_method(spec: Spec, rows: Sequence[Row], dataset: str, phases: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {method: [] for method in spec.methods}
    for row in sorted(rows, key=lambda row: row["trial"]):
        if row["dataset"] == dataset and row["phase"] in phases:
            found[row["method"]].append(row)
    return {method: each for method, each in found.items() if each}


def _score(rows: Sequence[Row]) -> str | None:
    named = Counter(row["score"] for row in rows if row.get("score"))
    return named.most_common(1)[0][0] if named else None


def _names(spec: Spec, dataset: str, phase: Phase) -> tuple[str, str]:
    title = spec.datasets[dataset].get("title", dataset)
    alone = sum(1 for other in spec.phases if other.ranges and dataset in other.datasets) == 1
    return (title, dataset) if alone else (f"{title}, {phase.name}", f"{dataset}_{phase.name}")
