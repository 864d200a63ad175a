"""`tfgen benchmark`: comparisons of methods that anyone can run again."""

import argparse

from tfgen.benchmarks.created_equal import commands as created_equal
from tfgen.cli.arguments import add_command


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands, "benchmark", "run a benchmark", "tfgen benchmark created_equal --preset quick --output quick"
    )
    created_equal.add_to(parser.add_subparsers(metavar="NAME", required=True))
