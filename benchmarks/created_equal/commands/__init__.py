"""`tfgen benchmark created_equal`: the study's trials listed, run, gone on with, counted and reported."""

import argparse

from tfgen.cli.arguments import add_command

from . import listing, merge, report, resume, run, side_studies, status

_ACTIONS = (listing, run, resume, status, report, side_studies, merge)


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser; without an action it runs."""
    examples = "\n  ".join(action.EXAMPLE for action in _ACTIONS)
    parser = add_command(
        commands, "created_equal", 'compare methods as "Are GANs Created Equal?" did, on equal footing', examples
    )
    run.add_arguments(parser)
    actions = parser.add_subparsers(metavar="ACTION")
    for action in _ACTIONS:
        action.add_to(actions)
