"""Parts of a study that several machines ran, put together."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import logging

from tfgen.errors import TfgenError

from .driver import claim, forget_outdated, held, open_study
from .rows import outcome
from .spec import differences
from .store import Store


def merge_studies(folders: Sequence[Path], output: Path) -> int:
    """Puts the rows of folders, which ran parts of one study, into one folder.

    Of a trial that several have, one that did not fail is kept, and of those the first.

    Returns:
        How many rows the folder has now.

    Raises:
        TfgenError: If they hold different studies.
    """
    spec, _ = open_study(folders[0])
    best: dict[int, dict[str, Any]] = {}
    for folder in folders:
        other, store = open_study(folder)
        if found := differences(spec.table, other.table):
            raise TfgenError(f"{folders[0]} and {folder} hold different studies: {found[0]}")
        for row in store.rows():
            known = best.setdefault(row["trial"], row)
            if known["status"] == "failed":
                best[row["trial"]] = row
            elif row["status"] != "failed" and outcome(row) != outcome(known):
                logging.warning("trial %d has another outcome in %s; the first is kept", row["trial"], folder)
    output = Path(output)
    with held(output):
        claim(spec, output)
        merged = Store(output)
        merged.remove(row["trial"] for row in merged.rows() if row["status"] == "failed" and row["trial"] in best)
        for row in best.values():
            merged.add(row)
        forget_outdated(spec, merged)
        return len(merged.rows())
