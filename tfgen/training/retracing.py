"""Whether a recipe still begins to train as the record beside its checkpoint says."""

import json
import tempfile
from pathlib import Path

from tfgen.errors import CheckpointError
from tfgen.json_lines import read_rows
from tfgen.machine import available_cores, processor
from tfgen.recipes import make_recipe
from tfgen.training.run import train
from tfgen.zoo.entries import FIRST_STEPS, find


def retrace(name: str, data_dir: Path | None = None) -> int:
    """Trains a checkpoint's first steps again, and compares the losses' running means with the record's, bit for bit.

    Bits are equal on machines, and with versions, that are equal.

    Args:
        name: A checkpoint of the zoo with `first_steps.jsonl`.
        data_dir: Where data sets are looked for first.

    Returns:
        How many steps were compared.

    Raises:
        RecipeError: If there is no such name.
        CheckpointError: If no first steps are on record, or the losses differ.
        TfgenError, ValueError, FileNotFoundError: As `train`.
    """
    entry = find(name)
    recorded = read_rows(entry.folder / FIRST_STEPS)
    if not recorded:
        raise CheckpointError(f"{name} has no record of its first steps; publish it again from a new training")
    steps = recorded[-1]["step"]
    table = {key: value for key, value in entry.recipe.table.items() if key != "scoring"}
    recipe = make_recipe(entry.recipe.name, {**table, "steps": steps, "report_every": entry.recipe.report_every})
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        train(recipe, run, data_dir)
        found = read_rows(run / FIRST_STEPS)
        machine = {"processor": processor(), "cores": available_cores()}
        versions = json.loads((run / "run.json").read_text(encoding="utf-8"))["versions"]
    for row, expected in zip(found, recorded, strict=True):
        for loss, value in expected.items():
            if row.get(loss) != value:
                # A record that is of a later training says so, and where that was.
                stated = (entry.card or {}).get("first_steps", entry.card or {})
                here, there = (
                    ", ".join(f"{key} {each}" for part in parts for key, each in part.items())
                    for parts in ((versions, machine), (stated.get("versions", {}), stated.get("machine", {})))
                )
                raise CheckpointError(
                    f"{name} does not begin to train as recorded: at step {expected['step']} {loss} is {row.get(loss)} "
                    f"and {value} is on record; equal bits need equal machines and versions, and here are {here}, "
                    f"there {there or 'none stated'}"
                )
    return steps
