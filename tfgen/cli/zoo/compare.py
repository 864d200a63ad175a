"""`tfgen zoo compare`: scores of several checkpoints side by side."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tfgen.cli.arguments import add_command, names
from tfgen.cli.tables import print_table

EXAMPLE = "tfgen zoo compare gan_fashion_mnist lsgan_fashion_mnist wgan_fashion_mnist"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "compare", "show the scores of several checkpoints side by side", EXAMPLE)
    parser.add_argument("names", nargs="+", metavar="NAME", help="checkpoints whose cards have scores")
    parser.add_argument(
        "--metrics", type=names, default=[], help="those to show, as fid,prdc (default: all that the cards have)"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the table here, as Markdown")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Prints the tables, or writes them."""
    from tfgen.evaluation.scores import METRICS
    from tfgen.files import atomic_path
    from tfgen.registry import UnknownNameError
    from tfgen.zoo.comparison import compare, markdown
    from tfgen.zoo.rows import describe

    for metric in arguments.metrics:
        if metric not in METRICS.names():
            raise UnknownNameError("metric", metric, METRICS.names())
    scores = compare(arguments.names, arguments.metrics)
    if arguments.output:
        with atomic_path(arguments.output) as temporary:
            temporary.write_text("\n".join(markdown(arguments.names, scores)) + "\n", encoding="utf-8")
        print(f"wrote {arguments.output}")
        return
    console = Console(highlight=False)
    for score in scores:
        console.print(f"[bold]{escape(score.title)}[/bold]: {escape(score.protocol)}", soft_wrap=True)
        table = Table(box=None, show_header=False, pad_edge=True)
        for name, row in score.rows.items():
            table.add_row(name, describe(row).value)
        print_table(table)
    if missing := [name for name in arguments.names if not any(name in score.rows for score in scores)]:
        print(f"without such a score: {', '.join(missing)}")
