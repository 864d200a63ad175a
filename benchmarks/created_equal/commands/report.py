"""`created_equal report`: tables, figures and a page of what a study has found so far."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command

from ..driver import open_study

EXAMPLE = "tfgen benchmark created_equal report created_equal/quick"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the action to the parser."""
    parser = add_command(actions, "report", "draw what a study has found so far", EXAMPLE)
    parser.add_argument("folder", type=Path, help="the study's folder")
    parser.add_argument(
        "--side-studies", type=Path, help="a folder of `created_equal side-studies`, to be shown with it", metavar="DIR"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Writes the report."""
    write(arguments.folder, arguments.side_studies)


def write(folder: Path, side_studies: Path | None = None) -> None:
    """Writes the rows as tables and the report, and says where they are."""
    from ..report import write_report

    spec, store = open_study(folder)
    exported = store.export()
    page = write_report(spec, store.rows(), folder, side_studies=side_studies)
    print(f"wrote {page}, {page.with_suffix('.md')} and {', '.join(path.name for path in exported)}")
