"""The published figures, and whether ours rest on the same."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

from ...spec import Phase, Spec, find_spec
from .protocol import Protocol, protocols
from .searches import Search

_PAPER = "paper"
_SEARCH = "wide"


class Published(NamedTuple):
    """A published figure: mean and standard deviation over 50 seeds, outliers left out.

    Attributes:
        mean: The score.
        deviation: Over the seeds.
        recalled: Whether no second source has it.
        had_outliers: Whether the paper marks runs that it left out.
    """

    mean: float
    deviation: float
    recalled: bool
    had_outliers: bool


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


def published(spec: Spec, search: Search, method: str) -> Published | None:
    """The published figure of a method; None if the paper has none, or the method is not trained as published."""
    table = spec.table["published"]
    found = table["scores"][search.dataset].get(method)
    if found is None or spec.methods[method] != _paper().methods[method]:
        return None
    return Published(
        *found, method in table.get("recalled", ()), method in table.get("outliers", {}).get(search.dataset, ())
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
        ("the optimizer is", _told(spec.table["optimizer"]), _told(paper.table["optimizer"])),
        ("the ranges are", _ranges(spec, search.phase), _ranges(paper, paper_search)),
        ("the images are", _images(ours), _images(theirs)),
        *((f"{key} is", spec.table.get(key), paper.table.get(key)) for key in same),
    ]


def _ranges(spec: Spec, phase: Phase) -> str:
    """What all methods draw from; what one draws from alone is compared with the method."""
    return _told(dict(sorted(spec.table["ranges"].get(phase.ranges, {}).items())))


def _but_width(spec: Spec) -> str:
    tables = spec.table["network_arguments"].values()
    return _told({key: value for entry in tables for key, value in sorted(entry.items()) if key != "width"})


def _told(table: Mapping[str, object]) -> str:
    return ", ".join(f"{key} {value}" for key, value in table.items())


def _images(dataset: dict) -> str:
    options = ", ".join(f"{key} {value}" for key, value in dataset.get("options", {}).items())
    return f"{dataset['name']} {'x'.join(map(str, dataset['image_shape']))} {options}".strip()


def _words(value: object) -> str:
    if isinstance(value, list):
        return " and ".join(map(str, value)) or "not set"
    return f"{value:,}" if isinstance(value, int) else str(value)


@functools.cache
def _paper() -> Spec:
    return find_spec(_PAPER)
