"""`created_equal run`: trains what is not trained yet, and writes the report."""

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tfgen.cli.arguments import add_command, numbers
from tfgen.errors import TfgenError

from ..driver import open_study, run_study
from ..trials import Trial, all_trials
from .arguments import add_runner, add_spec, given_runner, given_spec, shard, spec_name
from .report import write

EXAMPLE = "tfgen benchmark created_equal run --preset quick"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the action to the parser."""
    add_arguments(add_command(actions, "run", "train the trials that are not trained yet, and report", EXAMPLE))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to run, by what, and where to."""
    add_spec(parser)
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--trial", type=numbers, help="only these, by their numbers: 3 or 0,3,8-11")
    part.add_argument("--shard", type=shard, help="only a part of them, for several machines: 3/16")
    add_runner(parser)
    parser.add_argument("--output", type=Path, help="the study's folder (default: created_equal/PRESET)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Runs what is left, and writes the report of a study that is whole."""
    spec = given_spec(arguments)
    folder = arguments.output or Path("created_equal") / spec_name(arguments)
    wanted = set(arguments.trial or ())
    count = len(all_trials(spec))
    if beyond := [number for number in sorted(wanted) if number >= count]:
        raise TfgenError(f"there is no trial {beyond[0]}; the study has 0 to {count - 1}")
    part, parts = arguments.shard or (1, 1)

    def chosen(trial: Trial) -> bool:
        return trial.number in wanted if wanted else trial.number % parts == part - 1

    go_on(arguments, folder, lambda: run_study(spec, folder, given_runner(arguments, spec, folder), chosen=chosen))


def go_on(arguments: argparse.Namespace, folder: Path, work: Callable[[], object]) -> None:
    """Does the work, and says what is there and what is left."""
    try:
        work()
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(f"`tfgen benchmark created_equal resume {folder}` goes on") from stop
    spec, store = open_study(folder)
    rows, total = store.rows(), len(all_trials(spec))
    ends = Counter(row["status"] for row in rows)
    told = ", ".join(f"{ends[end]:,} {end}" for end in ("done", "diverged", "failed"))
    print(f"{len(rows):,} of {total:,} trials have ended ({told}); their rows are in {store.path}")
    if len(rows) == total:
        write(folder)
    if ends["failed"]:
        raise TfgenError(
            f"{ends['failed']:,} trials failed; `tfgen benchmark created_equal status {folder}` says why, and `resume "
            f"{folder} --retry-failed` runs them again"
        )
