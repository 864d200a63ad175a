"""`tfgen benchmark`: comparisons of methods that anyone can run again."""

import argparse
import importlib
import importlib.util

from tfgen.cli.arguments import add_command


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands, "benchmark", "run a benchmark", "tfgen benchmark created_equal --preset quick --output quick"
    )
    # In the wheel the benchmarks lie inside the package, in a clone's folder beside it.
    inside = importlib.util.find_spec("tfgen.benchmarks") is not None
    package = "tfgen.benchmarks" if inside else "benchmarks"
    importlib.import_module(f"{package}.created_equal.commands").add_to(
        parser.add_subparsers(metavar="NAME", required=True)
    )
