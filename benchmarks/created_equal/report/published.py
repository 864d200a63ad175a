"""What scores rest on, and the published figures where ours rest on the same."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..spec import Phase, Spec, find_spec
from ..words import counted, plain
from .searches import Method, Row, Search

_PAPER = "paper"
_SEARCH = "wide"
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


class Published(NamedTuple):
    """A published figure, over 50 seeds.

    Attributes:
        method: Whose.
        mean: The score.
        deviation: Over the seeds.
        recalled: Whether it is from memory alone.
        had_outliers: Whether, as recalled, the paper marks runs that it left out.
        disputed: Another reading, in words; empty if there is none.
    """

    method: Method
    mean: float
    deviation: float
    recalled: bool
    had_outliers: bool
    disputed: str

    @property
    def words(self) -> str:
        """The figure with its marks, which `notes` explains."""
        marks = "†" * self.recalled + "*" * self.had_outliers + "‡" * bool(self.disputed)
        return f"{self.mean:.1f} ± {self.deviation:.1f}{marks}"


def protocols(rows: Iterable[Row]) -> list[Protocol]:
    """The protocols of rows that have scores: one, unless the study was changed on the way."""
    return list(dict.fromkeys(_protocol(row["protocol"]) for row in rows if row["protocol"] and row["scores"]))


def differences(spec: Spec, search: Search) -> list[str]:
    """Why the published figures do not stand beside a search's; none if they do."""
    scores = spec.table.get("published", {}).get("scores", {})
    if search.dataset not in scores:
        return ["the published table has no figures for this data set"]
    used = protocols(search.all_rows())
    if len(used) != 1:
        return ["nothing was scored yet" if not used else "the trials were scored by several protocols"]
    return [
        f"{what} {_words(ours)} here and {_words(theirs)} there"
        for what, ours, theirs in _compared(spec, search, used[0])
        if ours != theirs
    ]


def published(spec: Spec, search: Search, method: Method) -> Published | None:
    """The published figure of a method; None if the paper has none, or the method is not trained as published."""
    table = spec.table["published"]
    found = table["scores"][search.dataset].get(method.key)
    if found is None or spec.methods[method.key] != _paper().methods[method.key]:
        return None
    outliers, disputed = (table.get(key, {}).get(search.dataset, {}) for key in ("outliers", "disputed"))
    recalled, other = method.key in table.get("recalled", ()), dict(disputed).get(method.key, "")
    return Published(method, *found, recalled, method.key in outliers, other)


def why_none(reasons: Sequence[str]) -> str:
    """The note where no figure is shown."""
    return f"No published figure stands beside ours, because it would not compare: {'; '.join(reasons)}."


def notes(search: Search, shown: Sequence[Published | None]) -> str:
    """The note where figures are shown: what they are of, and their marks."""
    tried, known = counted(search.phase.configurations, "configuration"), [each for each in shown if each]
    seeds = sorted({len(rows) for rows in search.repeated.values()})
    ended = counted(seeds[0], "seed") if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]} seeds"
    found = [
        "Published: Table 2 of Lucic et al. 2018 (arXiv 1711.10337) as later papers quote it, the best of 100 "
        f"configurations over 50 seeds without outliers; here it is the best of {tried} over "
        f"{ended}"
    ]
    if any(each.recalled for each in known):
        found.append("† from memory, without a paper that quotes it")
    if any(each.had_outliers for each in known):
        found.append("* the paper left significant outliers out, as we recall it")
    if disputed := [f"{each.method.title} {each.disputed}" for each in known if each.disputed]:
        found.append(f"‡ disputed: {'; '.join(disputed)}")
    if None in shown:
        found.append("– has no figure, or the method is not trained here as the published code did")
    return f"{'. '.join(found)}."


def _protocol(found: Mapping[str, Any]) -> Protocol:
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


def _compared(spec: Spec, search: Search, used: Protocol) -> list[tuple[str, object, object]]:
    """What is compared: ours, and theirs."""
    table, paper = spec.table["published"], _paper()
    ours, theirs = spec.datasets[search.dataset], paper.datasets[search.dataset]
    scoring = paper.table["scoring"]
    same = ("batch_size", "latent_dim")
    (paper_search,) = (phase for phase in paper.phases if phase.name == _SEARCH)
    widths = sorted({entry["width"] for entry in spec.table["network_arguments"].values() if "width" in entry})
    return [
        ("the extractor is", used.extractor, table["extractor"]),
        ("the number of samples is", used.samples, table["samples"]),
        ("the number of real images is", used.reference_samples, scoring["reference_samples"]),
        ("the split is", used.split, "test"),
        ("the resizer is", used.resizer, scoring["resizer"]),
        ("the rounding is", used.quantisation, "uint8" if scoring["quantise"] else "float"),
        ("the steps are", ours["steps"], theirs["steps"]),
        ("a score is taken every", ours["score_every"], theirs["score_every"]),
        ("the networks' width is", widths, [table["width"]]),
        ("the networks' other arguments are", _but_width(spec), _but_width(paper)),
        ("the optimizer is", spec.table["optimizer"], paper.table["optimizer"]),
        ("the ranges are", _ranges(spec, search.phase), _ranges(paper, paper_search)),
        ("the images are", _images(ours), _images(theirs)),
        *((f"{key} is", spec.table.get(key), paper.table.get(key)) for key in same),
    ]


def _ranges(spec: Spec, phase: Phase) -> Mapping[str, Any]:
    """What all methods draw from; what one draws from alone is compared with the method."""
    return spec.table["ranges"].get(phase.ranges, {})


def _but_width(spec: Spec) -> Mapping[str, Any]:
    others = {
        name: {key: value for key, value in table.items() if key != "width"}
        for name, table in spec.table["network_arguments"].items()
    }
    return {name: table for name, table in others.items() if table}


def _images(dataset: Mapping[str, Any]) -> str:
    options = plain(dataset.get("options", {}))
    return f"{dataset['name']} {'x'.join(map(str, dataset['image_shape']))} {options}".strip()


def _words(value: object) -> str:
    if isinstance(value, list):
        return " and ".join(map(str, value)) or "not set"
    return f"{value:,}" if isinstance(value, int) else plain(value) or "not set"


def _count(number: int | None) -> str:
    return "an unstated number of" if number is None else f"{number:,}"


@functools.cache
def _paper() -> Spec:
    return find_spec(_PAPER)
