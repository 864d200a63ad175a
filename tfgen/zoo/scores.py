"""Scores on a checkpoint's card."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tfgen.errors import TfgenError
from tfgen.files import atomic_path
from tfgen.json_lines import json_line
from tfgen.zoo.entries import find, locked, not_trained
from tfgen.zoo.readme import write_readme
from tfgen.zoo.rows import is_of, protocol


def add_scores(name: str, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Puts rows of results on a checkpoint's card and page, in place of older ones of the same protocol.

    Args:
        name: A checkpoint of the zoo.
        rows: As `tfgen.evaluation.Result.row` gives them.

    Returns:
        The checkpoint's folder.

    Raises:
        TfgenError: If the checkpoint has no card, or a row belongs to other weights.
        ValueError: If a row holds NaN or infinity.
    """
    # As the card gives them back, where a tuple is a list.
    rows = [json.loads(json_line(row)) for row in rows]
    with locked(find(name).folder):
        # Within the lock: another process may have put its rows on the card.
        entry = find(name)
        if entry.card is None:
            raise not_trained(entry)
        for row in rows:
            if not is_of(row, entry.card):
                raise TfgenError(f"{row['name']} was not measured on the weights that the card of {name} names")
            # It may have been asked for by a path.
            row["subject"]["name"] = entry.card["name"]
        kept = [old for old in entry.card["scores"] if not any(protocol(old) == protocol(new) for new in rows)]
        card = {**entry.card, "scores": kept + rows}
        # The card last, for it is what counts: a failure leaves the old one, and the page can be written again from it.
        with atomic_path(entry.folder / "card.json") as temporary:
            temporary.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
            write_readme(entry.folder, card)
    return entry.folder
