"""`tfgen list`: what there is, without loading TensorFlow."""

import argparse

from rich.table import Column, Table

from tfgen.cli.arguments import add_command
from tfgen.cli.tables import print_table


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "list",
        "list checkpoints, models, techniques, networks, datasets, losses, priors, corruptions, extractors or metrics",
        "tfgen list zoo '*_fashion_mnist'",
    )
    kinds = ("zoo", *_PACKAGES)
    parser.add_argument("kind", nargs="?", choices=kinds, default="zoo", help="what to list (default: zoo)")
    parser.add_argument("pattern", nargs="?", default="*", help="names to show, as a shell pattern")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Prints the table."""
    (list_zoo if arguments.kind == "zoo" else _registered)(arguments)


def list_zoo(arguments: argparse.Namespace) -> None:
    """Prints the checkpoints, and whether their weights exist."""
    from tfgen.zoo.entries import find, list_models
    from tfgen.zoo.words import size

    table = Table(Column("name", no_wrap=True), "weights", "description", box=None, header_style="bold")
    for name in list_models(arguments.pattern):
        entry = find(name)
        weights = size(entry.card["weights"]["bytes"]) if entry.card else "not trained yet"
        table.add_row(name, weights, entry.recipe.description)
    print_table(table)


def _registered(arguments: argparse.Namespace) -> None:
    import importlib
    from fnmatch import fnmatchcase

    registry = getattr(importlib.import_module(f"tfgen.{_PACKAGES[arguments.kind]}"), arguments.kind.upper())
    table = Table(Column("name", no_wrap=True), "summary", box=None, header_style="bold")
    for entry in registry.entries():
        if fnmatchcase(entry.name, arguments.pattern):
            table.add_row(entry.name, entry.summary)
    print_table(table)


_PACKAGES = {
    "models": "models",
    "techniques": "techniques",
    "networks": "networks",
    "datasets": "data",
    "losses": "losses",
    "priors": "priors",
    "corruptions": "corruptions",
    "extractors": "metrics.features",
    "metrics": "evaluation.scores",
}
