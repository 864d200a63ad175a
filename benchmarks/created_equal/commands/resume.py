"""`created_equal resume`: goes on with a study's folder."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command

from ..driver import open_study
from .arguments import add_part, add_runner
from .run import go_on

EXAMPLE = "tfgen benchmark created_equal resume created_equal/laptop"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the action to the parser."""
    parser = add_command(actions, "resume", "go on with a study that was stopped", EXAMPLE)
    parser.add_argument("folder", type=Path, help="the study's folder")
    parser.add_argument("--retry-failed", action="store_true", help="run again what failed; what diverged has its row")
    add_part(parser)
    add_runner(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Runs what is left, and writes the report of a study that is whole."""
    spec, _ = open_study(arguments.folder)
    go_on(arguments, spec, arguments.folder, arguments.retry_failed)
