"""`created_equal merge`: parts of a study that several machines ran, put together."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command

from ..merging import merge_studies

EXAMPLE = "tfgen benchmark created_equal merge part1 part2 --output whole"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the action to the parser."""
    parser = add_command(actions, "merge", "put parts of a study into one folder", EXAMPLE)
    parser.add_argument("folders", type=Path, nargs="+", help="folders that `run --shard` filled")
    parser.add_argument("--output", type=Path, required=True, help="the folder of all")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Merges."""
    count = merge_studies(arguments.folders, arguments.output)
    print(f"{arguments.output} has {count:,} rows; `created_equal resume {arguments.output}` runs what is left")
