"""The rows of a study: one for each finished trial, in an SQLite file that survives whatever kills its writer."""

import csv
import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from absl import logging

from tfgen.errors import TfgenError
from tfgen.files import atomic_path

FILE = "study.sqlite"

# Of a row, what tables of other programs take as it is; the rest is JSON.
_COLUMNS = {
    "trial": "INTEGER PRIMARY KEY",
    "phase": "TEXT",
    "dataset": "TEXT",
    "method": "TEXT",
    "configuration": "INTEGER",
    "seed": "INTEGER",
    "status": "TEXT",
    "ended_at": "INTEGER",
    "error": "TEXT",
    "score": "TEXT",
    "best": "JSON",
    "last": "JSON",
    "seconds": "REAL",
    "startup_seconds": "REAL",
    "training_seconds": "REAL",
    "scoring_seconds": "REAL",
    "peak_memory_bytes": "INTEGER",
    "attempts": "INTEGER",
    "threads": "INTEGER",
    "device": "TEXT",
    "finished": "TEXT",
    "hyperparameters": "JSON",
    "recipe": "JSON",
    "protocol": "JSON",
    "versions": "JSON",
}
_PAUSE_SECONDS = 10.0


class Store:
    """The rows of a study's folder.

    Each row is written in one transaction, once: a kill at any moment leaves it whole or not there. While the disk is
    full, a finished row waits for room, and says so.

    Args:
        folder: The study's folder; the file is made if it is not there.

    Raises:
        TfgenError: If the file is damaged or cannot be written.
    """

    def __init__(self, folder: Path):
        self.path = Path(folder) / FILE
        names = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        scores = "trial INTEGER, step INTEGER, name TEXT, value REAL, PRIMARY KEY (trial, step, name)"
        try:
            with closing(self._open()) as file, file:
                file.execute(f"CREATE TABLE IF NOT EXISTS trials ({names})")
                file.execute(f"CREATE TABLE IF NOT EXISTS scores ({scores})")
        except sqlite3.Error as error:
            raise TfgenError(f"{self.path} cannot be used ({error}); choose another output folder") from error

    def add(self, row: Mapping[str, Any]) -> None:
        """Keeps a finished trial's row; waits while the disk has no room for it."""
        while True:
            try:
                with closing(self._open()) as file, file:
                    self._insert(file, row)
                return
            except sqlite3.OperationalError as error:
                if not self.path.is_file() or "no such table" in str(error):
                    raise TfgenError(f"{self.path} is gone, and with it what was found; run the study again") from error
                # What another try may not meet any more: no room, no file handles, a lock.
                if not any(word in str(error) for word in ("full", "disk I/O", "locked", "unable to open", "readonly")):
                    raise
                logging.warning(
                    "the row of trial %d cannot be written to %s yet (%s); trying again every %.0f seconds",
                    row["trial"],
                    self.path,
                    error,
                    _PAUSE_SECONDS,
                )
                time.sleep(_PAUSE_SECONDS)

    def rows(self) -> list[dict[str, Any]]:
        """All rows, by number."""
        with closing(self._open()) as file:
            file.row_factory = sqlite3.Row
            # Both tables as they are at one moment, whoever writes.
            file.execute("BEGIN")
            scores: dict[int, dict[int, dict[str, Any]]] = {}
            for trial, step, name, value in file.execute("SELECT * FROM scores ORDER BY trial, step, rowid"):
                scores.setdefault(trial, {}).setdefault(step, {})[name] = value
            found = [_from_columns(dict(row)) for row in file.execute("SELECT * FROM trials ORDER BY trial")]
        for row in found:
            steps = scores.get(row["trial"], {})
            row["scores"] = [{"step": step, "values": values} for step, values in steps.items()]
        return found

    def remove(self, numbers: Iterable[int]) -> None:
        """Forgets rows, so that their trials are run again."""
        with closing(self._open()) as file, file:
            for number in numbers:
                file.execute("DELETE FROM trials WHERE trial = ?", (number,))
                file.execute("DELETE FROM scores WHERE trial = ?", (number,))

    def export(self) -> list[Path]:
        """Writes `trials` and `scores` as CSV beside the file, and as Parquet where pyarrow is installed.

        Returns:
            What was written.
        """
        written = []
        with closing(self._open()) as file:
            file.execute("BEGIN")
            for name in ("trials", "scores"):
                found = file.execute(f"SELECT * FROM {name} ORDER BY trial")
                header, rows = [column[0] for column in found.description], found.fetchall()
                path = self.path.with_name(f"{name}.csv")
                with atomic_path(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as text:
                    csv.writer(text, lineterminator="\n").writerows([header, *rows])
                written += [path, *_write_parquet(path.with_suffix(".parquet"), header, rows)]
        return written

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=60.0)

    def _insert(self, file: sqlite3.Connection, row: Mapping[str, Any]) -> None:
        marks = ", ".join("?" * len(_COLUMNS))
        done = file.execute(
            f"INSERT OR IGNORE INTO trials VALUES ({marks})", [_to_column(row, key) for key in _COLUMNS]
        )
        if not done.rowcount:
            return
        values = [
            (row["trial"], each["step"], name, value)
            for each in row["scores"]
            for name, value in each["values"].items()
        ]
        file.executemany("INSERT INTO scores VALUES (?, ?, ?, ?)", values)


def _to_column(row: Mapping[str, Any], key: str) -> Any:
    value = row.get(key)
    return json.dumps(value) if _COLUMNS[key] == "JSON" and value is not None else value


def _from_columns(columns: dict[str, Any]) -> dict[str, Any]:
    return {
        key: json.loads(value) if _COLUMNS[key] == "JSON" and value is not None else value
        for key, value in columns.items()
    }


def _write_parquet(path: Path, header: list[str], rows: list[tuple]) -> list[Path]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        logging.info("without pyarrow there is no %s; `pip install tfgen[parquet]` brings it", path.name)
        return []
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    table = pyarrow.table(dict(zip(header, map(list, columns), strict=True)))
    with atomic_path(path) as temporary:
        parquet.write_table(table, temporary)
    return [path]
