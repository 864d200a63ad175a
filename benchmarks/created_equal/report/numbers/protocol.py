"""What scores rest on, as the rows state it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from .searches import Row

_UNKNOWN = "not stated"


class Protocol(NamedTuple):
    """How a score was taken; two that are equal compare.

    Attributes:
        samples: How many generated images.
        reference_samples: How many real ones.
        reference: What they are of.
        split: Of which split.
        extractor: The network that saw them.
        sha256: Of its weights.
        resizer: How images were brought to its size.
        quantisation: Whether they were rounded to bytes.
    """

    samples: int | None
    reference_samples: int | None
    reference: str
    split: str
    extractor: str
    sha256: str
    resizer: str
    quantisation: str

    def sentence(self) -> str:
        """The protocol in words."""
        rounding = {"uint8": "rounded to bytes", "float": "not rounded"}.get(self.quantisation, self.quantisation)
        resizing = "no resizing" if self.resizer == "none" else f"resized by {self.resizer}"
        return (
            f"{_count(self.samples)} samples against {_count(self.reference_samples)} images of {self.reference} "
            f"(split {self.split}), seen by {self.extractor} (sha256 {self.sha256[:12]}), {resizing}, {rounding}"
        )


def protocols(rows: Iterable[Row]) -> list[Protocol]:
    """The protocols of rows that have scores: one, unless the study was changed on the way."""
    return list(dict.fromkeys(_protocol(row["protocol"]) for row in rows if row.get("protocol") and row.get("scores")))


def _protocol(found: dict[str, Any]) -> Protocol:
    subject, reference, extractor = (found.get(key) or {} for key in ("subject", "reference", "extractor"))
    return Protocol(
        subject.get("images"),
        reference.get("images"),
        reference.get("name", _UNKNOWN),
        reference.get("split") or _UNKNOWN,
        extractor.get("name", _UNKNOWN),
        extractor.get("sha256") or _UNKNOWN,
        extractor.get("resizer", _UNKNOWN),
        extractor.get("quantisation", _UNKNOWN),
    )


def _count(number: int | None) -> str:
    return "an unstated number of" if number is None else f"{number:,}"
