"""A result's row, as cards and `results.jsonl` hold it, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Description(NamedTuple):
    """A row in words.

    Attributes:
        name: What the score is called.
        value: Its value, with its standard error.
        images: How many images of what were compared with how many of what.
        extractor: The network that saw them, how they were brought to its size, and whether they were rounded.
        settings: The metric's constants.
    """

    name: str
    value: str
    images: str
    extractor: str
    settings: str


def describe(row: Mapping[str, Any]) -> Description:
    """A row of results in words."""
    error = "" if row["standard_error"] is None else f" ± {row['standard_error']:.2g}"
    subject, reference, extractor = row["subject"], row["reference"], row["extractor"]
    against = f"{reference['images']:,} of {reference['name']}"
    if "images" in subject:
        seed = f" of seed {subject['seed']}" if "seed" in subject else ""
        against = f"{subject['images']:,}{seed} against {against}"
    by = f"{extractor['name']}, {extractor['resizer']}, {extractor['quantisation']}" if extractor else "no network"
    settings = ", ".join(f"{key} {value}" for key, value in row["settings"].items())
    return Description(row["name"], f"{row['value']:.4g}{error}", against, by, settings)


def best_row(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of the rows of one training, the one with the best value of the score that they begin with."""
    first = [row for row in rows if row["name"] == rows[0]["name"]]
    return (max if rows[0]["higher_is_better"] else min)(first, key=lambda row: row["value"])
