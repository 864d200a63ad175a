"""`tfgen latent`: planes of latents, walks from sample to sample and along directions, sums, and the way back."""

import argparse

from tfgen.cli.arguments import add_command
from tfgen.cli.latent import arithmetic, grid, interpolate, invert, traverse

_ACTIONS = (grid, interpolate, traverse, arithmetic, invert)


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the commands to the parser."""
    examples = "\n  ".join(action.EXAMPLE for action in _ACTIONS)
    parser = add_command(commands, "latent", "walk through a model's latent space", examples)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for action in _ACTIONS:
        action.add_to(actions)
