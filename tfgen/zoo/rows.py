"""A result's row, as cards and `results.jsonl` hold it: in words, and the best of many."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Description(NamedTuple):
    """A row in words.

    Attributes:
        name: What the score is called.
        value: Its value, with its standard error; "not finite" for a null, NaN or infinity.
        images: How many images of what were compared with how many of what.
        extractor: The network that saw them, how they were brought to its size, and whether they were rounded.
        settings: The metric's constants, without lists.
    """

    name: str
    value: str
    images: str
    extractor: str
    settings: str


def describe(row: Mapping[str, Any]) -> Description:
    """A row of results in words."""
    value = f"{row['value']:.4g}" if is_finite(row) else "not finite"
    if row.get("standard_error") is not None:
        value += f" ± {row['standard_error']:.2g}"
    subject, reference, extractor = row["subject"], row["reference"], row["extractor"]
    images = [subject["name"]]
    if "images" in subject:
        seed = f", seed {subject['seed']}" if "seed" in subject else ""
        images = [f"{subject['images']:,} of {subject['name']}{seed}"]
    if reference:
        images.append(f"{reference['images']:,} of {reference['name']}")
    by = f"{extractor['name']}, {extractor['resizer']}, {extractor['quantisation']}" if extractor else "no network"
    settings = ", ".join(f"{key} {value}" for key, value in constants(row).items())
    return Description(row["name"], value, " against ".join(images), by, settings)


def best_row(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of the rows of one training, the one whose step scored best.

    The first row of each step counts, and of these the ones with the protocol of the last: a run that goes on with
    another `[scoring]` table has older rows that compare with nothing.

    Args:
        rows: In the order that they were written; each has its `step`.

    Returns:
        The earliest of the best; None if there is none with a finite value, or the score has no better direction.
    """
    first: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        first.setdefault(row["step"], row)
    if not first:
        return None
    last = first[rows[-1]["step"]]
    comparable = [row for row in first.values() if protocol(row) == protocol(last) and is_finite(row)]
    if last["higher_is_better"] is None or not comparable:
        return None
    return (max if last["higher_is_better"] else min)(comparable, key=lambda row: row["value"])


def constants(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's settings without lists, which tell what came out in each class and not how it was measured."""
    return {key: value for key, value in row["settings"].items() if not isinstance(value, list)}


def protocol(row: Mapping[str, Any]) -> str:
    """How a row was measured: the same for two rows if and only if their values compare."""
    subject = row.get("subject") or {}
    return json.dumps(
        [constants(row), *(row.get(key) for key in ("name", "reference", "extractor", "seed"))]
        + [subject.get(key) for key in ("images", "quantisation", "seed")],
        sort_keys=True,
    )


def is_of(row: Mapping[str, Any], card: Mapping[str, Any]) -> bool:
    """Whether a row was measured on the very weights that a card names, and not on an earlier file of them."""
    return row["subject"].get("checkpoint_sha256") == card["weights"]["sha256"]


def is_finite(row: Mapping[str, Any]) -> bool:
    """Whether a row's value is a number that others can be compared with."""
    return row["value"] is not None and math.isfinite(row["value"])
