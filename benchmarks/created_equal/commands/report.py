"""`created_equal report`: tables, figures and a page of what a study has found so far."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command
from tfgen.errors import TfgenError

from ..driver import open_study
from ..side_studies import FOLDER, read

EXAMPLE = "tfgen benchmark created_equal report created_equal/quick"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the action to the parser."""
    parser = add_command(actions, "report", "draw what a study has found so far", EXAMPLE)
    parser.add_argument("folder", type=Path, help="the study's folder")
    parser.add_argument(
        "--side-studies",
        type=Path,
        help="a folder of `created_equal side-studies`, to be shown with it (default: side_studies in the study's, if "
        "there is one)",
        metavar="DIR",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Writes the report."""
    given = arguments.side_studies
    if given is not None and not read(given):
        raise TfgenError(f"{given} holds no side study; `created_equal side-studies NAME --output {given}` makes one")
    write(arguments.folder, arguments.side_studies)


def write(folder: Path, side_studies: Path | None = None) -> None:
    """Writes the rows as tables and the report, and says where they are."""
    from ..report import write_report

    spec, store = open_study(folder)
    if side_studies is None and (folder / FOLDER).is_dir():
        side_studies = folder / FOLDER
    exported = store.export()
    page = write_report(spec, store.rows(), folder, side_studies=side_studies)
    print(f"wrote {page}, {page.with_suffix('.md')} and {', '.join(path.name for path in exported)}")
