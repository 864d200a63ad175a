"""The head of the report: what was trained and scored, by what, when and at which cost."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...spec import Phase
from ..numbers.costs import seconds
from ..numbers.protocol import protocols
from ..numbers.searches import Row
from ..numbers.summaries import ends
from ..numbers.words import NONE, counted, listed, plain
from ..numbers.words import seconds as time_words
from ..page.blocks import Section, Table, Text
from .study import Study

_NUMBERS = (
    "± is the standard deviation of trainings that differ by their seed (divided by n - 1). Numbers have three "
    f"significant digits, or all before the point; {NONE} stands for none."
)


def overview(study: Study) -> Section:
    """What the report is of."""
    ended = ends(study.rows)
    planned = sum(_planned(study, phase) for phase in study.spec.phases)
    share = "All" if ended.all == planned else f"{ended.all:,} of"
    text = (
        f"{share} {planned:,} trials have ended: {ended.done:,} are done, {ended.diverged:,} diverged "
        f"(their numbers were no longer finite) and {ended.failed:,} failed (with an error)."
    )
    if ended.all < planned:
        text += " What follows is of these trials alone, and changes as others end."
    return Section(
        "What was trained",
        (
            Text(text),
            Table(
                (
                    "phase",
                    "data sets",
                    "methods × configurations × seeds",
                    "trials",
                    "done",
                    "diverged",
                    "failed",
                    "to do",
                ),
                [_phase_row(study, phase) for phase in study.spec.phases],
                align="lllrrrrr",
            ),
            Table(("", ""), _facts(study), "What the scores rest on", align="ll"),
        ),
    )


def _planned(study: Study, phase: Phase) -> int:
    return len(phase.datasets) * len(study.spec.methods) * phase.configurations * phase.seeds


def _phase_row(study: Study, phase: Phase) -> list[str]:
    ended = ends([row for row in study.rows if row["phase"] == phase.name])
    planned = _planned(study, phase)
    configurations = f"best of {phase.best_of}" if phase.best_of else f"{phase.configurations:,} ({phase.ranges})"
    return [
        phase.name,
        listed(study.spec.datasets[name].get("title", name) for name in phase.datasets),
        f"{len(study.spec.methods)} × {configurations} × {phase.seeds:,}",
        *(f"{count:,}" for count in (planned, ended.done, ended.diverged, ended.failed, planned - ended.all)),
    ]


def _facts(study: Study) -> list[tuple[str, str]]:
    table, rows = study.spec.table, study.rows
    facts = []
    for dataset, entry in study.spec.datasets.items():
        own = [row for row in rows if row["dataset"] == dataset]
        used = "; or ".join(protocol.sentence() for protocol in protocols(own)) or "nothing was scored yet"
        steps = f"{entry['steps']:,} updates of the discriminator, scored every {entry['score_every']:,}"
        facts.append((entry.get("title", dataset), f"{steps}; {used}"))
    facts += [(f"Settings of {', '.join(names)}", words) for words, names in _settings(rows).items()]
    facts += [
        ("Networks", f"{_pairs(table['network_arguments'])}; latent space of {table['latent_dim']} dimensions"),
        ("Training", f"batches of {table['batch_size']}; {_pairs({'optimizer': table['optimizer']})}"),
        ("Variant of the methods", table["variant"].replace("_", " ")),
        ("Versions", _versions(rows) or "not stated"),
        ("Devices", _different(row.get("device") for row in rows)),
        ("Threads of a trial", _different(row.get("threads") for row in rows)),
        ("Cost", _cost(rows)),
        ("Ended", _span(rows)),
        ("Numbers", _NUMBERS),
    ]
    return facts


def _pairs(found: Any) -> str:
    """Nested tables in words: infogan: width 16, ..."""
    if not isinstance(found, Mapping):
        return plain(found)
    parts = []
    for key, value in found.items():
        parts.append(f"{key}: {_pairs(value)}" if isinstance(value, Mapping) else f"{key} {plain(value)}")
    return ("; " if any(isinstance(value, Mapping) for value in found.values()) else ", ").join(parts)


def _settings(rows: Sequence[Row]) -> dict[str, list[str]]:
    """What scores were set to, in words, and the names of the scores that share it."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        for name, settings in ((row.get("protocol") or {}).get("settings") or {}).items():
            numbers = {key: value for key, value in settings.items() if not isinstance(value, list)}
            if numbers:
                found.setdefault(_pairs(numbers), {})[name] = None
    return {words: list(names) for words, names in found.items()}


def _versions(rows: Sequence[Row]) -> str:
    names = dict.fromkeys(name for row in rows for name in row.get("versions") or {})
    return ", ".join(f"{name} {_different((row.get('versions') or {}).get(name) for row in rows)}" for name in names)


def _different(values: Any) -> str:
    return listed(dict.fromkeys(str(value) for value in values if value is not None)) or "not stated"


def _cost(rows: Sequence[Row]) -> str:
    training = sum(row.get("training_seconds") or 0.0 for row in rows)
    return (
        f"{time_words(seconds(rows))} of {counted(len(rows), 'trial')} added up, "
        f"of which {time_words(training)} trained"
    )


def _span(rows: Sequence[Row]) -> str:
    times = sorted(row["finished"] for row in rows if row.get("finished"))
    if not times:
        return "not stated"
    first, last = (time[:19].replace("T", " ") for time in (times[0], times[-1]))
    return first if first == last else f"the first {first}, the last {last}"
