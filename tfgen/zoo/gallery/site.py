"""The gallery as a folder of files that need no server."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tfgen.data.pictures import write_png
from tfgen.data.progress import progress
from tfgen.data.writing import check_writable
from tfgen.errors import CheckpointError, TfgenError
from tfgen.files import atomic_folder
from tfgen.recipes import RecipeError
from tfgen.zoo.entries import find, list_models
from tfgen.zoo.gallery.checkpoint_page import MOVING, STILL, checkpoint_page
from tfgen.zoo.gallery.exhibit import Exhibit
from tfgen.zoo.gallery.index_page import index_page
from tfgen.zoo.gallery.markup import GENERATOR
from tfgen.zoo.presenting import PICTURES

_ASSETS = ("style.css", "index.js", "checkpoint.js")
_CHECKPOINTS = "checkpoints"


class Gallery(NamedTuple):
    """A site that was written.

    Attributes:
        page: Its first page.
        names: What it shows.
        failures: Why there is no interpolation, by the name of each checkpoint that could not be loaded.
    """

    page: Path
    names: Sequence[str]
    failures: dict[str, str]


def write_gallery(output: Path, pattern: str = "*", *, animations: bool = True) -> Gallery:
    """Writes a site of the zoo: a page with all checkpoints, and one for each. It appears whole or not at all.

    Args:
        output: The site's folder, in place of a gallery that is there.
        pattern: Names to show, as a shell pattern.
        animations: Whether to draw interpolations, for which each model is loaded the first time.

    Returns:
        What was written, and which walks could not be drawn.

    Raises:
        TfgenError: If no name matches, or the output is there and no gallery.
        ValueError: If the output cannot be written.
    """
    # The way through a link is taken once, so that the folder is replaced and not the link.
    folder = Path(output).resolve()
    _check_replaceable(folder)
    check_writable(folder)
    # Those without weights stand last.
    names = sorted(list_models(pattern), key=lambda name: (find(name).card is None, name))
    if not names:
        raise TfgenError(f"no name in the zoo matches {pattern!r}; `tfgen list` shows them")
    failures: dict[str, str] = {}
    with atomic_folder(folder) as temporary:
        doing = "drawing interpolations" if animations else "reading cards"
        exhibits = [_exhibit(name, animations, failures) for name in progress(names, doing, len(names))]
        for file in _ASSETS:
            shutil.copyfile(Path(__file__).with_name(file), temporary / file)
        (temporary / "index.html").write_text(index_page(exhibits), encoding="utf-8")
        for exhibit, previous, following in zip(exhibits, [None, *names], [*names[1:], None], strict=False):
            _write_checkpoint(temporary / _CHECKPOINTS / exhibit.name, exhibit, previous, following)
    return Gallery(Path(output) / "index.html", names, failures)


def _check_replaceable(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise TfgenError(f"{folder} is a file; name a folder for the gallery")
    if not any(folder.iterdir()):
        return
    if not _is_page(folder / "index.html"):
        raise TfgenError(f"{folder} is there and is no gallery, so it is not replaced; name a new folder, or remove it")
    foreign = (path for path in sorted(folder.rglob("*")) if not _is_written(path, folder))
    if found := next(foreign, None):
        raise TfgenError(
            f"{folder} holds {found.relative_to(folder)} beside a gallery, which would be lost; "
            "move it away, or name a new folder"
        )


def _is_page(path: Path) -> bool:
    return path.is_file() and f'content="{GENERATOR}"' in path.read_text(encoding="utf-8", errors="replace")


def _is_written(path: Path, folder: Path) -> bool:
    """Whether something in a gallery's folder is what a gallery has there."""
    match path.relative_to(folder).parts:
        case ("index.html",):
            return True
        case (name,):
            return path.is_dir() if name == _CHECKPOINTS else name in _ASSETS
        case (_, _):
            return _is_page(path / "index.html")
        case (_, _, name):
            return name in ("index.html", STILL, MOVING, *PICTURES)
    return False


def _exhibit(name: str, animations: bool, failures: dict[str, str]) -> Exhibit:
    entry = find(name)
    if entry.card is None or not animations:
        return Exhibit(entry)
    from tfgen.zoo.gallery.walks import NoWalkError, walk

    try:
        return Exhibit(entry, walk=walk(entry))
    except NoWalkError as reason:
        return Exhibit(entry, no_walk=f"None: {reason}.")
    except (CheckpointError, RecipeError) as error:
        failures[name] = str(error)
        return Exhibit(entry, no_walk="None was drawn: the model could not be loaded when this page was made.")


def _write_checkpoint(folder: Path, exhibit: Exhibit, previous: str | None, following: str | None) -> None:
    folder.mkdir(parents=True)
    for file in PICTURES:
        if exhibit.has(file):
            shutil.copyfile(exhibit.entry.folder / file, folder / file)
    if exhibit.walk:
        from tfgen.zoo.gallery.walks import first_frame

        shutil.copyfile(exhibit.walk, folder / MOVING)
        write_png(folder / STILL, first_frame(exhibit.walk))
    (folder / "index.html").write_text(checkpoint_page(exhibit, previous, following), encoding="utf-8")
