"""Whether a recipe still begins to train as the record beside its checkpoint says."""

import json
import tempfile
from pathlib import Path
from typing import Any

from tfgen.errors import CheckpointError, TfgenError
from tfgen.json_lines import read_rows
from tfgen.recipes import make_recipe
from tfgen.training.run import train
from tfgen.zoo.entries import FIRST_STEPS, LOG, find


class ElsewhereError(TfgenError):
    """Losses unlike those on record, which say nothing because they were not computed alike."""


def retrace(name: str, data_dir: Path | None = None) -> int:
    """Trains a checkpoint's first steps again, and compares the losses' running means with the record's, bit for bit.

    Bits are equal on machines, with versions of TensorFlow, Keras and Python, and of data, that are equal.

    Args:
        name: A checkpoint of the zoo with `first_steps.jsonl`.
        data_dir: Where data sets are looked for first.

    Returns:
        How many steps were compared.

    Raises:
        RecipeError: If there is no such name.
        ElsewhereError: If the losses differ, and the record is of another machine, other versions or other data.
        CheckpointError: If no first steps are on record, or the losses differ all the same.
        TfgenError, ValueError, FileNotFoundError: As `train`.
    """
    entry = find(name)
    recorded = read_rows(entry.folder / FIRST_STEPS)
    if not recorded:
        raise CheckpointError(f"{name} has no record of its first steps; publish it again from a new training")
    # The means begin anew with each epoch, and a run that was made longer went on with longer ones.
    ends = [row["step"] for row in read_rows(entry.folder / LOG)]
    epoch = ends[0] if ends else entry.recipe.report_every
    recorded = [
        row
        for row in recorded
        if not ends or max((end for end in ends if end < row["step"]), default=0) == (row["step"] - 1) // epoch * epoch
    ]
    steps = recorded[-1]["step"]
    table = {key: value for key, value in entry.recipe.table.items() if key != "scoring"}
    recipe = make_recipe(entry.recipe.name, {**table, "steps": steps, "report_every": epoch})
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        train(recipe, run, data_dir)
        found = {row["step"]: row for row in read_rows(run / FIRST_STEPS)}
        here = _conditions(json.loads((run / "run.json").read_text(encoding="utf-8")))
    for expected in recorded:
        row = found.get(expected["step"], {})
        for loss, value in expected.items():
            if row.get(loss) != value:
                differ = f"at step {expected['step']} {loss} is {row.get(loss)} and {value} is on record"
                if (there := _conditions(entry.first_steps_made_on)) != here:
                    raise ElsewhereError(
                        f"{differ}, which is of {_told(there) or 'nobody knows what'}; here is {_told(here)}"
                    )
                raise CheckpointError(f"{name} does not begin to train as recorded: {differ}, of an equal machine")
    return steps


def _conditions(made_on: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What bits rest on besides the recipe and tfgen, which is what is looked for."""
    versions = {key: value for key, value in made_on["versions"].items() if key != "tfgen"}
    data = {key: made_on["data"][key] for key in ("origin", "images") if key in made_on["data"]}
    return {"versions": versions, "machine": made_on["machine"], "data": data}


def _told(made_on: dict[str, dict[str, Any]]) -> str:
    return ", ".join(f"{key} {each}" for part in made_on.values() for key, each in part.items())
