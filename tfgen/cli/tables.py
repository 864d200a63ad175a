"""Tables on the terminal, and in what its output is sent to."""

import sys

from rich.console import Console
from rich.table import Table


def print_table(table: Table) -> None:
    """Prints a table: folded to the width of a terminal; a row a line, whole, into a pipe or a file."""
    if sys.stdout.isatty():
        Console(highlight=False).print(table)
        return
    console = Console(highlight=False, width=1_000_000)
    with console.capture() as captured:
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))
