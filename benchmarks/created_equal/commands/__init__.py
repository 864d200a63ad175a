"""`tfgen benchmark created_equal`: the study's trials listed, run, gone on with, counted and reported."""

import argparse

from tfgen.cli.arguments import add_command

from . import listing, merge, report, resume, run, side_studies, status

_ACTIONS = (listing, run, resume, status, report, side_studies, merge)


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser; without an action it runs."""
    first = "tfgen benchmark created_equal --preset quick        # without an action it runs; quick takes minutes"
    examples = "\n  ".join([first, *(action.EXAMPLE for action in _ACTIONS)])
    parser = add_command(
        commands, "created_equal", 'compare methods as "Are GANs Created Equal?" did, on equal footing', examples
    )
    run.add_arguments(parser)
    actions = parser.add_subparsers(metavar="ACTION")
    for action in _ACTIONS:
        action.add_to(actions)
    # What is given before an action is not undone by that action's defaults.
    given = {argument.dest for argument in parser._actions}
    for action in actions.choices.values():
        for argument in action._actions:
            if argument.dest in given:
                argument.default = argparse.SUPPRESS
