"""The head of the report: what was trained and scored, by what, when and at which cost."""

from collections.abc import Iterable, Sequence

from ..spec import Phase
from ..words import NONE, counted, listed, plain, seconds
from .blocks import Section, Table, Text
from .costs import total_seconds
from .published import protocols
from .searches import Row, Study
from .summaries import ends, told_statuses

_UNKNOWN = "not stated"
_NUMBERS = (
    "± is the standard deviation of trainings that differ by their seed (divided by n - 1). Numbers have three "
    f"significant digits, or all before the point; {NONE} stands for none."
)


_OWN_FEATURES = (
    "{} {} the Fréchet distance in the features of the network that is named, which other FIDs do not compare with."
)
_WHY = {
    "diverged": "their numbers were no longer finite",
    "failed": "with an error",
    "untrained": "nothing of their search has a score",
}


def overview(study: Study) -> Section:
    """What the report is of."""
    ended = ends(study.rows)
    planned = sum(_planned(study, phase) for phase in study.spec.phases)
    share = "all" if ended.total() == planned else f"{ended.total():,} of"
    statuses = told_statuses(ended)
    others = listed(f"{ended[status]:,} {status} ({_WHY[status]})" for status in statuses[1:])
    text = f"Trials that have ended: {share} {planned:,}, of which {ended['done']:,} done, {others}."
    if ended.total() < planned:
        text += " What follows is of these trials alone, and changes as others end."
    named = sorted({search.score for search in study.searches if search.score not in (None, "FID")})
    notes = [Text(study.spec.table["note"])] if "note" in study.spec.table else []
    if named:
        notes.append(Text(_OWN_FEATURES.format(listed(named), "is" if len(named) == 1 else "are")))
    header = ("phase", "data sets", "methods × configurations × seeds", "trials", *statuses, "to do")
    rows = [_phase_row(study, phase, statuses) for phase in study.spec.phases]
    return Section(
        "What was trained",
        (
            *notes,
            Text(text),
            Table(header, rows, align="lll" + "r" * (len(header) - 3)),
            Table(("", ""), _facts(study), "What the scores rest on", align="ll"),
        ),
    )


def _planned(study: Study, phase: Phase) -> int:
    return len(phase.datasets) * len(study.spec.methods) * phase.configurations * phase.seeds


def _phase_row(study: Study, phase: Phase, statuses: Sequence[str]) -> list[str]:
    ended = ends(row for row in study.rows if row["phase"] == phase.name)
    planned = _planned(study, phase)
    configurations = f"best of {phase.best_of}" if phase.best_of else f"{phase.configurations:,} ({phase.ranges})"
    counts = (planned, *(ended[status] for status in statuses), planned - ended.total())
    return [
        phase.name,
        listed(study.dataset_title(name) for name in phase.datasets),
        f"{len(study.spec.methods)} × {configurations} × {phase.seeds:,}",
        *(f"{count:,}" for count in counts),
    ]


def _facts(study: Study) -> list[tuple[str, str]]:
    table, rows = study.spec.table, study.rows
    facts = []
    for dataset, entry in study.spec.datasets.items():
        own = [row for row in rows if row["dataset"] == dataset]
        used = "; or ".join(protocol.sentence() for protocol in protocols(own)) or "nothing was scored yet"
        steps = f"{entry['steps']:,} updates of the discriminator, scored every {entry['score_every']:,}"
        facts.append((study.dataset_title(dataset), f"{steps}; {used}"))
    facts += [(f"Settings of {', '.join(names)}", words) for words, names in _settings(rows).items()]
    facts += [
        ("Networks", f"{plain(table['network_arguments'])}; latent space of {table['latent_dim']} dimensions"),
        ("Training", f"batches of {table['batch_size']}; {plain({'optimizer': table['optimizer']})}"),
        ("Variant of the methods", table["variant"].replace("_", " ")),
        ("Versions", _versions(rows) or _UNKNOWN),
        ("Devices", _different(row["device"] for row in rows)),
        ("Threads of a trial", _different(row["threads"] for row in rows)),
        ("Cost", _cost(rows)),
        ("Ended", _span(rows)),
        ("Numbers", _NUMBERS),
    ]
    return facts


def _settings(rows: Sequence[Row]) -> dict[str, list[str]]:
    """What scores were set to, in words, and the names of the scores that share it."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        for name, settings in ((row["protocol"] or {}).get("settings") or {}).items():
            numbers = {key: value for key, value in settings.items() if not isinstance(value, list)}
            if numbers:
                found.setdefault(plain(numbers), {})[name] = None
    return {words: list(names) for words, names in found.items()}


def _versions(rows: Sequence[Row]) -> str:
    known = [row["versions"] for row in rows if row["versions"]]
    names = dict.fromkeys(name for versions in known for name in versions)
    return ", ".join(f"{name} {_different(versions.get(name) for versions in known)}" for name in names)


def _different(values: Iterable[object]) -> str:
    return listed(dict.fromkeys(str(value) for value in values if value is not None)) or _UNKNOWN


def _cost(rows: Sequence[Row]) -> str:
    training = sum(row["training_seconds"] or 0.0 for row in rows)
    total, trials = seconds(total_seconds(rows)), counted(len(rows), "trial")
    return f"{total} of {trials} added up, of which {seconds(training)} trained"


def _span(rows: Sequence[Row]) -> str:
    times = sorted(row["finished"] for row in rows)
    first, last = (time[:19].replace("T", " ") for time in (times[0], times[-1]))
    return first if first == last else f"the first {first}, the last {last}"
