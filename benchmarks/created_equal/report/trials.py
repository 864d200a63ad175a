"""The table of all trials, and where the rows are."""

from pathlib import Path

from ..rows import score_of
from ..words import listed, memory, number, plain, seconds, whole
from .blocks import Cell, Folded, Section, Table, Text, named
from .look import shortened
from .searches import Row, Study, last_score

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
    *("time", "its process' peak memory", "hyper-parameters", "error"),
)


def _cells(study: Study, row: Row) -> list[Cell]:
    best, last, at = score_of(row), last_score(row), row["best"]["step"] if score_of(row) is not None else None
    return [
        _numeric(f"{row['trial']}", row["trial"]),
        Cell(row["phase"]),
        Cell(study.dataset_title(row["dataset"])),
        named(study.methods[row["method"]]),
        _numeric(whole(row["configuration"]), row["configuration"]),
        _numeric(f"{row['seed']}", row["seed"]),
        Cell(row["status"]),
        _numeric(whole(row["ended_at"]), row["ended_at"]),
        _numeric(number(best), best),
        _numeric(whole(at), at),
        _numeric(number(last), last),
        _numeric(seconds(row["seconds"]), row["seconds"]),
        _numeric(memory(row["peak_memory_bytes"]), row["peak_memory_bytes"]),
        Cell(plain(row["hyperparameters"] or {})),
        Cell(shortened(row["error"] or "", _LONGEST_ERROR)),
    ]


def _numeric(text: str, order: float | None) -> Cell:
    return Cell(text, order=float("inf") if order is None else float(order))
