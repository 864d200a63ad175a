"""Parts of a study that several machines ran, put together."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from absl import logging

from tfgen.errors import TfgenError

from .driver import claim, held, open_study, outdated
from .rows import outcome
from .spec import Spec, differences

Row = dict[str, Any]


def merge_studies(folders: Sequence[Path], output: Path) -> int:
    """Puts the rows of folders, which ran parts of one study, into one folder.

    Of a trial that several have, one that did not fail is kept, and of those the first. Of trainings of a search's best
    those are kept whose configuration is the best of all folders.

    Returns:
        How many rows the folder has now.

    Raises:
        TfgenError: If they hold different studies.
    """
    spec, _ = open_study(folders[0])
    tables = []
    for folder in folders:
        other, store = open_study(folder)
        if found := differences(spec.table, other.table):
            raise TfgenError(f"{folders[0]} and {folder} hold different studies: {found[0]}")
        tables.append(store.rows())
    output = Path(output)
    with held(output):
        merged = claim(spec, output)
        own = {row["trial"]: row for row in merged.rows()}
        kept = _merged(spec, [list(own.values()), *tables])
        merged.remove(number for number, row in own.items() if kept.get(number) is not row)
        for row in kept.values():
            merged.add(row)
        return len(kept)


def _merged(spec: Spec, tables: Sequence[Sequence[Row]]) -> dict[int, Row]:
    searches = {phase.name for phase in spec.phases if phase.best_of is None}
    searched = _chosen(row for rows in tables for row in rows if row["phase"] in searches)
    repeated: list[Row] = []
    for rows in tables:
        again = [row for row in rows if row["phase"] not in searches]
        gone = set(outdated(spec, [*searched.values(), *again]))
        repeated += [row for row in again if row["trial"] not in gone]
    return searched | _chosen(repeated)


def _chosen(rows: Iterable[Row]) -> dict[int, Row]:
    """Of each trial one row."""
    chosen: dict[int, Row] = {}
    for row in rows:
        known = chosen.setdefault(row["trial"], row)
        if known["status"] == "failed":
            chosen[row["trial"]] = row
        elif row["status"] != "failed" and outcome(row) != outcome(known):
            logging.warning("trial %d has several outcomes; the first is kept", row["trial"])
    return chosen
