"""The table of all trials, and where the rows are."""

from pathlib import Path

from ..figures.look import shortened
from ..numbers.searches import Row, best_step, hyperparameters
from ..numbers.words import NONE, listed, memory, number, plain, seconds
from ..page.blocks import Cell, Folded, Section, Table, Text
from .study import Study

_ROWS = ("*.sqlite", "*.csv", "*.parquet")
_LONGEST_ERROR = 200


def trials(study: Study, folder: Path) -> Section:
    """Every row, one line each.

    Args:
        study: The study.
        folder: Where the report goes: the files beside it that hold rows are named.
    """
    beside = sorted({path.name for pattern in _ROWS for path in folder.glob(pattern)})
    where = (
        f"Every row with its whole recipe and every checkpoint's scores is in {listed(beside)}, beside this report."
        if beside
        else "Every row with its whole recipe and every checkpoint's scores is in the study's folder."
    )
    rows = [_cells(study, row) for row in sorted(study.rows, key=lambda row: row["trial"])]
    table = Table(_HEADER, rows, align="rllllrlrrrrrrll", sortable=True)
    note = f"The HTML report has a table of all {len(rows):,} trials."
    return Section("All trials", (Text(where), Folded(f"Table of {len(rows):,} trials", (table,), note)))


_HEADER = (
    *("trial", "phase", "data set", "method", "configuration", "seed", "ended", "at step", "best", "best step", "last"),
    *("time", "peak memory", "hyper-parameters", "error"),
)


def _cells(study: Study, row: Row) -> list[Cell]:
    best, last = ((row.get(key) or {}).get("value") for key in ("best", "last"))
    at, spent, peak = (row.get(key) for key in ("ended_at", "seconds", "peak_memory_bytes"))
    values = ", ".join(f"{name} {plain(value)}" for name, value in hyperparameters(row).items())
    return [
        _numeric(f"{row['trial']}", row["trial"]),
        Cell(row["phase"]),
        Cell(study.spec.datasets[row["dataset"]].get("title", row["dataset"])),
        study.cell(row["method"]),
        _numeric(_words(row["configuration"]), row["configuration"]),
        _numeric(str(row["seed"]), row["seed"]),
        Cell(row["status"]),
        _numeric(NONE if at is None else f"{at:,}", at),
        _numeric(number(best), best),
        _numeric(NONE if best_step(row) is None else f"{best_step(row):,}", best_step(row)),
        _numeric(number(last), last),
        _numeric(seconds(spent), spent),
        _numeric(memory(peak), peak),
        Cell(values),
        Cell(shortened(row.get("error") or "", _LONGEST_ERROR)),
    ]


def _words(value: int | None) -> str:
    return NONE if value is None else str(value)


def _numeric(text: str, order: float | None) -> Cell:
    return Cell(text, order=float("inf") if order is None else float(order))
