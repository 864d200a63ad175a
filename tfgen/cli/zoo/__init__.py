"""`tfgen zoo`: cards, comparison, the gallery, checks, publishing, pushing."""

import argparse

from tfgen.cli.arguments import add_command
from tfgen.cli.listing import list_zoo
from tfgen.cli.zoo import compare, gallery, publish, push, show, verify

_ACTIONS = (show, compare, gallery, verify, publish, push)


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the commands to the parser."""
    examples = "\n  ".join(action.EXAMPLE for action in _ACTIONS)
    parser = add_command(commands, "zoo", "show, compare, verify, publish or push checkpoints", examples)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listed = add_command(actions, "list", "list checkpoints, as `tfgen list`", "tfgen zoo list '*_fashion_mnist'")
    listed.add_argument("pattern", nargs="?", default="*", help="names to show, as a shell pattern")
    listed.set_defaults(run=list_zoo)
    for action in _ACTIONS:
        action.add_to(actions)
