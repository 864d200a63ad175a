"""`tfgen zoo show`: what the card of a checkpoint says."""

import argparse

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from tfgen.cli.arguments import add_command
from tfgen.cli.tables import print_table

EXAMPLE = "tfgen zoo show dcgan_fashion_mnist"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "show", "show the card of a checkpoint", EXAMPLE)
    parser.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Prints the card."""
    from tfgen.zoo.entries import card, find
    from tfgen.zoo.readme import in_words
    from tfgen.zoo.rows import describe

    entry = find(arguments.name)
    stated = card(arguments.name)
    Console(highlight=False).print(f"[bold]{entry.name}[/bold]: {escape(entry.recipe.description)}\n", soft_wrap=True)
    table = Table(Column(overflow="fold"), Column(overflow="fold"), box=None, show_header=False)
    for section in ("weights", "data", "training", "versions"):
        for key, value in stated[section].items():
            if key == "selected":
                value = f"step {value['step']:,}, {'; '.join(filter(None, describe(value)))}"
            elif key == "classes":
                value = in_words(value)
            table.add_row(f"{section}.{key}", escape(str(value)) if value != [] else "none")
    for row in stated["scores"]:
        name, *words = describe(row)
        table.add_row(escape(f"score.{name}"), "; ".join(filter(None, words)))
    if not stated["scores"]:
        table.add_row("scores", "none measured yet")
    table.add_row("folder", str(entry.folder))
    print_table(table)
