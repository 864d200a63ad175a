"""`created_equal status`: how far a study is."""

import argparse
from collections import Counter
from pathlib import Path

from rich.table import Table

from tfgen.cli.arguments import add_command
from tfgen.cli.tables import print_table

from ..driver import open_study
from ..rows import STATUSES
from ..trials import all_trials
from ..words import counted, seconds

EXAMPLE = "tfgen benchmark created_equal status created_equal/laptop"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the action to the parser."""
    parser = add_command(actions, "status", "say how far a study is", EXAMPLE)
    parser.add_argument("folder", type=Path, help="the study's folder")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Prints a table of trials by phase and data set, and what failed."""
    spec, store = open_study(arguments.folder)
    rows = store.rows()
    ends = Counter((row["phase"], row["dataset"], row["status"]) for row in rows)
    table = Table("phase", "dataset", *STATUSES, "left", title=spec.title, title_justify="left", box=None)
    for (phase, dataset), total in Counter((trial.phase, trial.dataset) for trial in all_trials(spec)).items():
        counts = [ends[phase, dataset, end] for end in STATUSES]
        table.add_row(phase, dataset, *map(str, counts), str(total - sum(counts)))
    print_table(table)
    for row in rows:
        if row["status"] == "failed":
            print(f"trial {row['trial']} ({row['method']} on {row['dataset']}) failed: {row['error']}")
    took = seconds(sum(row["seconds"] or 0 for row in rows))
    print(f"{counted(len(rows), 'trial')} took {took} of one worker")
