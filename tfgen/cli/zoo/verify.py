"""`tfgen zoo verify`: weights and golden values against the cards."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command
from tfgen.cli.quiet import load_tensorflow

EXAMPLE = "tfgen zoo verify --all"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "verify", "check weights, golden values and recipes", EXAMPLE)
    parser.add_argument("names", nargs="*", metavar="NAME", help="checkpoints to check")
    parser.add_argument("--all", action="store_true", help="check every checkpoint that has weights")
    parser.add_argument(
        "--retrace",
        action="store_true",
        help="train the first 200 steps again, too, and compare their losses bit for bit with those on record",
    )
    parser.add_argument("--data-dir", type=Path, help="where --retrace looks for data sets first (default: TFGEN_DATA)")
    parser.set_defaults(run=run, error=parser.error)


def run(arguments: argparse.Namespace) -> None:
    """Checks one after the other, and fails at the end if any is not sound."""
    if bool(arguments.names) == arguments.all:
        arguments.error("say which checkpoints to verify, or --all")
    from tfgen.errors import TfgenError
    from tfgen.zoo import list_models, verify
    from tfgen.zoo.entries import find

    load_tensorflow()
    if arguments.retrace:
        from tfgen.training.retracing import ElsewhereError, retrace

    sound, failures = [], []
    for name in arguments.names or list_models():
        try:
            if arguments.all and not find(name).card:
                continue
            found = verify(name)
            told = f"sha256 {found.sha256[:16]}, golden values within {found.largest_difference:.1g}"
            print(f"{name}: weights are sound ({told})")
            if arguments.retrace:
                try:
                    steps = retrace(name, arguments.data_dir)
                    print(f"{name}: trains as recorded (the losses of {steps} steps, bit for bit)")
                except (ElsewhereError, FileNotFoundError) as error:
                    print(f"{name}: not retraced: {error}")
            sound.append(name)
        except (TfgenError, ValueError) as error:
            print(f"{name}: NOT SOUND: {error}")
            failures.append(name)
    if failures:
        raise TfgenError(f"{len(failures)} of {len(failures + sound)} checkpoints are not sound: {', '.join(failures)}")
