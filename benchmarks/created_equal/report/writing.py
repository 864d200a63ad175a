"""Writes the report of a study."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfgen.files import atomic_path

from ..side_studies import finished
from ..spec import Spec
from .blocks import Finished, Pictures, Section, Text
from .budgets import budgets
from .configurations import configurations
from .costs import costs
from .curves import curves
from .html_page import html_page
from .hyperparameters import hyperparameters
from .look import COARSE, DARK, LIGHT, SHARP, png
from .markdown_page import markdown_page
from .overview import overview
from .polygons import precision_recall
from .scores import scores
from .searches import Study
from .trials import trials

_NAME = "report"
# With more pictures than these a report would take megabytes.
_MANY = 20


def write_report(
    spec: Spec, rows: Sequence[Mapping[str, Any]], folder: Path, *, side_studies: Path | None = None
) -> Path:
    """Writes `report.html`, one file that needs nothing else, and `report.md` with its pictures in `report/`.

    Args:
        spec: What the rows were trained by.
        rows: Those of the trials that have ended, whole as the store has them, in any order.
        folder: Where the report goes.
        side_studies: A folder with finished side studies, which the report then holds as well.

    Returns:
        The HTML's path.

    Raises:
        TfgenError: If there are no rows, or they are of another study.
    """
    folder = Path(folder)
    study = Study(spec, rows)
    sections = [
        *(overview(study), *scores(study), budgets(study), configurations(study), *precision_recall(study)),
        *(curves(study), hyperparameters(study), costs(study), *_side_studies(side_studies), trials(study, folder)),
    ]
    light, dark = _pictures(sections)
    _write_pictures(folder / _NAME, light)
    _write(folder / f"{_NAME}.md", markdown_page(spec.title, sections, _NAME))
    _write(folder / f"{_NAME}.html", html_page(spec.title, sections, light, dark))
    return folder / f"{_NAME}.html"


def _side_studies(folder: Path | None) -> list[Section]:
    """What the side studies of a folder found, as they wrote it; a section if it has any."""
    found = finished.read(folder) if folder else []
    if not found:
        return []
    how = "Measurements of the score itself, each by its own protocol, which its text states; none is a trial above."
    blocks = [Finished(f"side_{each.name}", each.title, each.text, each.picture.read_bytes()) for each in found]
    return [Section("Side studies", (Text(how), *blocks))]


def _pictures(sections: Sequence[Section]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The PNGs by name: for light pages, and for dark ones, where there is another."""
    light, dark = {}, {}
    blocks = [block for section in sections for block in section.blocks]
    dpi = COARSE if sum(len(block.pictures) for block in blocks if isinstance(block, Pictures)) > _MANY else SHARP
    for block in blocks:
        if isinstance(block, Finished):
            light[block.name] = block.picture
        elif isinstance(block, Pictures):
            for picture in block.pictures:
                light[picture.name] = png(picture.draw, LIGHT, dpi)
                dark[picture.name] = png(picture.draw, DARK, dpi)
    return light, dark


def _write_pictures(folder: Path, pictures: Mapping[str, bytes]) -> None:
    """Writes the pictures of Markdown, and removes those of an earlier report."""
    for name, content in pictures.items():
        with atomic_path(folder / f"{name}.png") as temporary:
            temporary.write_bytes(content)
    for path in folder.glob("*.png"):
        if path.stem not in pictures:
            path.unlink()


def _write(path: Path, text: str) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
