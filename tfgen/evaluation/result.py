"""A score with all that it rests on."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.markup import escape
from rich.table import Column, Table

from tfgen import __version__
from tfgen.zoo.rows import describe


@dataclass(frozen=True)
class Result:
    """One score, as a line of `results.jsonl` holds it.

    Attributes:
        name: What it is called: `"FID"` by FID's own Inception, `"FID[fashion_mnist_classifier]"` by another network.
        value: The score.
        standard_error: Its standard error, where the method gives one.
        metric: The metric that it comes from, as `--metrics` names it.
        higher_is_better: Whether a larger value is the better one; None where neither direction is.
        settings: The metric's own constants, and what else the number rests on.
        subject: What was scored, and how many images of it: `name`, `images`, their `quantisation`, and
            of a model `checkpoint_sha256` and `seed`; no `images` where the model itself was asked.
        reference: What it was compared with: `name`, `images` of those `available`, `split`, `origin`, `shape`, and how
            they were cropped; None for a score that compares with nothing.
        extractor: The network that saw the images, with its sha256, layer, resizer and quantisation; None for a score
            that needs no features.
        seed: Of what the metric drew.
        seconds: The wall time of the score, and of the pass over the images that it shares with others.
        version: Of tfgen.
        step: The training step, for scores taken while a model trains.
    """

    name: str
    value: float
    standard_error: float | None
    metric: str
    higher_is_better: bool | None
    settings: Mapping[str, Any]
    subject: Mapping[str, Any]
    reference: Mapping[str, Any] | None
    extractor: Mapping[str, Any] | None
    seed: int
    seconds: float
    version: str = __version__
    step: int | None = None

    def row(self) -> dict[str, Any]:
        """The result as a JSON object: a number that is not finite, which JSON does not have, is null."""
        row = {key: dict(value) if isinstance(value, Mapping) else value for key, value in vars(self).items()}
        for key in ("value", "standard_error"):
            if row[key] is not None and not math.isfinite(row[key]):
                row[key] = None
        return {key: value for key, value in row.items() if value is not None or key != "step"}


def result_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Rows of results for a terminal; what all have in common stands above."""
    words = [describe(row) for row in rows]
    images = Counter(each.images for each in words).most_common(1)[0][0]
    seen = Counter(each.extractor for each, row in zip(words, rows, strict=True) if row["extractor"])
    extractor = seen.most_common(1)[0][0] if seen else words[0].extractor
    table = Table(
        Column("score", no_wrap=True),
        Column("value", justify="right", no_wrap=True),
        Column("settings", overflow="fold"),
        title=escape(f"{images}\nby {extractor}"),
        title_justify="left",
        box=None,
    )
    told = None
    for each, row in zip(words, rows, strict=True):
        usual = (images, extractor if row["extractor"] else each.extractor)
        # A score without a reference has the first half in common.
        others = [word for word, common in zip((each.images, each.extractor), usual, strict=True) if word not in common]
        settings = "; ".join(filter(None, (*others, each.settings)))
        # What a metric's numbers have in common is told once.
        table.add_row(escape(each.name), each.value, "" if settings == told else escape(settings))
        told = settings
    return table
