"""What a side study leaves in a folder: its rows as JSON, its picture, its text; and how a report reads them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tfgen.errors import TfgenError
from tfgen.files import atomic_path

if TYPE_CHECKING:  # Reading draws nothing.
    from matplotlib.figure import Figure


class Finished(NamedTuple):
    """A side study that was measured.

    Attributes:
        name: As the command line has it.
        title: One line, for a heading.
        text: Markdown without the heading and the picture: what was measured, a table, what it shows and what not.
        picture: The PNG.
        protocol: What all rows rest on.
        rows: What was measured.
    """

    name: str
    title: str
    text: str
    picture: Path
    protocol: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]


def write(
    folder: Path,
    name: str,
    title: str,
    text: str,
    picture: "Figure",
    protocol: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Writes `<name>.png`, `<name>.md` and, last, `<name>.json`, by which `read` knows that the study is finished.

    Raises:
        ValueError: If a row holds NaN or infinity, which JSON does not have; nothing is written.
    """
    found = {"name": name, "title": title, "text": text, "protocol": protocol, "rows": rows}
    lines = json.dumps(found, indent=1, allow_nan=False)
    with atomic_path(folder / f"{name}.png") as temporary:
        picture.savefig(temporary, dpi=100)
    with atomic_path(folder / f"{name}.md") as temporary:
        temporary.write_text(f"# {title}\n\n![{title}]({name}.png)\n\n{text}\n", encoding="utf-8")
    with atomic_path(folder / f"{name}.json") as temporary:
        temporary.write_text(lines + "\n", encoding="utf-8")


def read(folder: Path) -> list[Finished]:
    """The finished studies of a folder, by name; other files in it are left alone, and it may not be there.

    Raises:
        TfgenError: If a file of theirs is damaged or missing.
    """
    # The package registers them, and has this module.
    from . import SIDE_STUDIES

    studies = []
    for path in (Path(folder) / f"{name}.json" for name in SIDE_STUDIES.names()):
        if not path.is_file():
            continue
        picture = path.with_suffix(".png")
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            study = Finished(picture=picture, **found)
        except (ValueError, TypeError) as error:
            raise TfgenError(f"{path} does not hold a side study; remove it, and measure {path.stem} anew") from error
        if not picture.is_file():
            raise TfgenError(f"{picture} is missing; measure {path.stem} anew")
        studies.append(study)
    return studies
