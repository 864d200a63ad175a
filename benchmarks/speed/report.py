"""The two files that a run leaves: Markdown for a reader, JSON with every round."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfgen.files import atomic_path

from .measurement import Measurement


def markdown(facts: Mapping[str, Any], found: Sequence[Measurement]) -> str:
    """The run's tables, under a sentence of what they were measured on."""
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    sizes = "".join(f", {name.replace('_', ' ')} {size}" for name, size in facts["sizes"].items())
    clock = {"wall": "wall clock", "cpu": "processor seconds (starts and memory: wall clock)"}[facts["clock"]]
    measured = (
        f"Measured on {facts['date'][:10]}: {facts['cpu']}, {facts['threads']} of {facts['cores']} cores, no GPU, load "
        f"{facts['load_at_start']:g} at the start{sizes}; {clock}; {versions}. Speeds are medians over interleaved "
        "rounds; ratios are the median of those of each round, with the smallest and the largest, and need not be the "
        "quotient of two medians."
    )
    return "\n".join([measured, "", *(each.markdown() for each in found)])


def write(folder: Path, facts: Mapping[str, Any], found: Mapping[str, Measurement]) -> None:
    """Writes `speed.md` and `speed.json` into the folder, each whole or not at all."""
    table = {"facts": facts, "measurements": {name: each.table() for name, each in found.items()}}
    with atomic_path(folder / "speed.md") as path:
        path.write_text(markdown(facts, list(found.values())), encoding="utf-8")
    with atomic_path(folder / "speed.json") as path:
        path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
