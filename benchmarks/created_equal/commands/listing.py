"""`created_equal list`: the trials of a study, or the recipe of one."""

import argparse

from rich.table import Table

from tfgen.cli.arguments import add_command, numbers
from tfgen.cli.tables import print_table
from tfgen.errors import TfgenError
from tfgen.registry import UnknownNameError

from ..trials import Trial, all_trials, recipe_of
from .arguments import add_spec, check_numbers, given_spec

EXAMPLE = "tfgen benchmark created_equal list --preset paper --method wgan --dataset mnist"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the action to the parser."""
    parser = add_command(actions, "list", "list the trials of a study", EXAMPLE)
    add_spec(parser)
    parser.add_argument("--trial", type=numbers, help="print the recipe of this one, as `tfgen train` takes it")
    for key in ("phase", "dataset", "method"):
        parser.add_argument(f"--{key}", help=f"only those of this {key}")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Prints a row a trial, or a recipe."""
    spec = given_spec(arguments)
    trials = all_trials(spec)
    if arguments.trial is not None:
        if len(arguments.trial) > 1:
            raise TfgenError(f"--trial names {len(arguments.trial)} trials; list prints the recipe of one")
        check_numbers(arguments.trial, len(trials))
        trial = trials[arguments.trial[0]]
        if trial.hyperparameters is None:
            raise TfgenError(
                f"trial {trial.number} trains the best configuration of a search, which is known when that is done; "
                "its row then holds its recipe"
            )
        print(recipe_of(spec, trial).to_toml(), end="")
        return
    wanted = {key: value for key in ("phase", "dataset", "method") if (value := getattr(arguments, key))}
    for key, value in wanted.items():
        if value not in (known := sorted({getattr(trial, key) for trial in trials})):
            raise TfgenError(str(UnknownNameError(key, value, known)))
    shown = [trial for trial in trials if all(getattr(trial, key) == value for key, value in wanted.items())]
    table = Table("trial", "phase", "dataset", "method", "configuration", "seed", "hyper-parameters", box=None)
    for trial in shown:
        number = "best" if trial.configuration is None else str(trial.configuration)
        cells = (str(trial.number), trial.phase, trial.dataset, trial.method, number, str(trial.seed))
        table.add_row(*cells, _told(trial))
    print_table(table)
    print(f"{len(shown):,} of {len(trials):,} trials of {spec.title}")


def _told(trial: Trial) -> str:
    found = trial.hyperparameters or {}
    return " ".join(
        f"{key}={value:.3g}" if isinstance(value, float) else f"{key}={value}" for key, value in found.items()
    )
