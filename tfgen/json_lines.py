"""Files of JSON lines: rows are appended as they come, and a kill can cut the last one short."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tfgen.files import atomic_path


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, without lines that a kill cut short; none if there is no file."""
    rows = []
    for line in Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else ():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def append_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Appends rows to a file, in one write.

    Raises:
        ValueError: If a row holds NaN or infinity; nothing is written.
    """
    path = Path(path)
    lines = "".join(json_line(row) + "\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        file.seek(max(file.tell() - 1, 0))
        # A line that a kill cut short would swallow the next one.
        cut = file.read(1) not in (b"", b"\n")
        file.write((cut * "\n" + lines).encode())


def json_line(row: Mapping[str, Any]) -> str:
    """A row as one line of JSON.

    Raises:
        ValueError: If it holds NaN or infinity, which JSON does not have.
    """
    try:
        return json.dumps(row, allow_nan=False)
    except ValueError as error:
        raise ValueError(f"a row holds NaN or infinity, which JSON does not have; write null for it: {row}") from error


def keep_rows(path: Path, keep: Callable[[Mapping[str, Any]], bool]) -> list[dict[str, Any]]:
    """Drops the rows of a file that `keep` refuses, and returns the others."""
    kept = [row for row in read_rows(path) if keep(row)]
    with atomic_path(path) as temporary:
        temporary.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
    return kept
