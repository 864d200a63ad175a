"""`tfgen zoo push`: a checkpoint to a folder that a web server serves, or to the Hugging Face Hub."""

import argparse

from rich.table import Column, Table

from tfgen.cli.arguments import add_command
from tfgen.cli.quiet import load_tensorflow
from tfgen.cli.tables import print_table

EXAMPLE = "tfgen zoo push dcgan_fashion_mnist hf://me/dcgan_fashion_mnist"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "push", "copy a checkpoint to where others can fetch it", EXAMPLE)
    parser.add_argument("name", metavar="NAME", help="a name that `tfgen list` shows, or the path of a folder")
    parser.add_argument(
        "destination", metavar="DESTINATION", help="a folder that a web server serves, or hf://user/repository[/path]"
    )
    parser.add_argument("--dry-run", action="store_true", help="check and list the files, and send nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Pushes the checkpoint, and says how it is fetched from there."""
    from tfgen.zoo.entries import find

    # First: a wrong name is answered before TensorFlow loads.
    find(arguments.name)
    load_tensorflow()
    from tfgen.zoo.pushing import push

    pushed = push(arguments.name, arguments.destination, dry_run=arguments.dry_run)
    table = Table(Column(), Column(justify="right"), box=None, show_header=False)
    for file, size in pushed.files.items():
        table.add_row(file, f"{size:,}")
    print_table(table)
    if arguments.dry_run:
        print(f"would push {len(pushed.files)} files to {pushed.place}")
        return
    print(f"pushed {len(pushed.files)} files to {pushed.place}")
    if pushed.mirror:
        served = "" if pushed.url else ", or the address that a web server gives this folder"
        print(f"found there by its name with TFGEN_ZOO_URL={pushed.mirror}{served}")
    if pushed.url:
        print(f'found there without it once "{pushed.url}" is among the urls on its card')
