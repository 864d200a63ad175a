"""`created_equal run`: trains what is not trained yet, and writes the report."""

import argparse
from collections import Counter
from pathlib import Path

from tfgen.cli.arguments import add_command
from tfgen.errors import TfgenError

from ..driver import open_study, run_study
from ..rows import STATUSES
from ..spec import Spec
from ..trials import all_trials
from .arguments import add_part, add_runner, add_spec, given_part, given_runner, given_spec, spec_name
from .report import write

EXAMPLE = "tfgen benchmark created_equal run --preset quick"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the action to the parser."""
    add_arguments(add_command(actions, "run", "train the trials that are not trained yet, and report", EXAMPLE))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to run, by what, and where to."""
    add_spec(parser)
    add_part(parser)
    add_runner(parser)
    parser.add_argument("--output", type=Path, help="the study's folder (default: created_equal/ and the spec's name)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Runs what is left, and writes the report of a study that is whole."""
    spec = given_spec(arguments)
    folder = arguments.output or Path("created_equal") / spec_name(arguments)
    go_on(arguments, spec, folder)


def go_on(arguments: argparse.Namespace, spec: Spec, folder: Path, retry_failed: bool = False) -> None:
    """Runs what is left of a study, and says what is there."""
    chosen, runner = given_part(arguments, spec), given_runner(arguments, spec, folder)
    try:
        run_study(spec, folder, runner, chosen=chosen, retry_failed=retry_failed)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(f"`tfgen benchmark created_equal resume {folder}` goes on") from stop
    _, store = open_study(folder)
    rows, total = store.rows(), len(all_trials(spec))
    ends = Counter(row["status"] for row in rows)
    told = ", ".join(f"{ends[end]:,} {end}" for end in STATUSES if ends[end])
    print(f"{len(rows):,} of {total:,} trials have ended ({told}); their rows are in {store.path}")
    if len(rows) == total:
        write(folder)
    if ends["failed"]:
        raise TfgenError(
            f"{ends['failed']:,} trials failed; `tfgen benchmark created_equal status {folder}` says why, and `resume "
            f"{folder} --retry-failed` runs them again"
        )
