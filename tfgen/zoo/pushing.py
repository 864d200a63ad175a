"""A checkpoint's files to where others can fetch them: a folder that a web server serves, or the Hugging Face Hub."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tfgen.errors import TfgenError
from tfgen.files import atomic_folder
from tfgen.zoo.entries import FIRST_STEPS, LOG, SCORES, WEIGHTS, Entry, find, locked, not_trained
from tfgen.zoo.hub import upload
from tfgen.zoo.presenting import PICTURES
from tfgen.zoo.readme import write_readme
from tfgen.zoo.sources import HUB, hub_endpoint
from tfgen.zoo.weights import check, weights_file

_OURS = ("recipe.toml", "card.json", "README.md", WEIGHTS, *PICTURES, LOG, SCORES, FIRST_STEPS)
"""What an older push may have left and a newer one takes away; all other files are somebody's own."""


class Pushed(NamedTuple):
    """What went where.

    Attributes:
        files: Each file's path, and its bytes.
        place: The folder, or the page of the Hub, where they are now.
        mirror: The `TFGEN_ZOO_URL` by which the weights are found, None if there is none because the place has another
            name than the checkpoint. A folder's web address stands for it as well as the folder.
        url: What the card's `urls` may name; None for a folder, whose address its web server knows.
    """

    files: dict[str, int]
    place: str
    mirror: str | None
    url: str | None


def push(name: str, destination: str, *, dry_run: bool = False) -> Pushed:
    """Copies a checkpoint, all files of its folder and its weights, to a folder or to the Hugging Face Hub.

    The weights are compared with the card first, and the page is written anew from the card. Files of a checkpoint that
    an older push left and this one has not, such as pictures, go.

    Args:
        name: A checkpoint of the zoo, or the path of its folder.
        destination: A folder, which gets the checkpoint as a folder of its name, in place of one that was there; or
            `hf://user/repository[/path]`, which gets the files themselves and is made if it does not exist.
        dry_run: Whether only to tell what would be copied.

    Returns:
        What went where.

    Raises:
        RecipeError: If there is no such name.
        CheckpointError: If it has no weights, or others than its card says.
        TfgenError: If the destination does not take the files.
        ValueError: If the destination is neither.
    """
    hub = re.fullmatch(HUB, destination.rstrip("/"))
    if "://" in destination and not hub:
        raise ValueError(f"{destination} cannot be pushed to; write a folder or hf://user/repository[/path]")
    entry = find(name)
    if entry.card is None:
        raise not_trained(entry)
    stated = entry.card["name"]
    if not hub:
        mirror = Path(os.path.expanduser(destination)).resolve()  # noqa: PTH111 - Path's raises of no such user
        # A link is followed to what it stands for, which is what is replaced.
        folder = (mirror / stated).resolve()
        _refuse_nesting(folder, entry)
    with tempfile.TemporaryDirectory() as temporary:
        files = _gather(entry, Path(temporary))
        if not hub:
            _refuse_to_lose(folder, files)
            if not dry_run:
                _replace(folder, Path(temporary))
            # Blanks would part it.
            written = str(mirror) if len(str(mirror).split()) == 1 else mirror.as_uri()
            return Pushed(files, str(mirror / stated), written, None)
        repository, path = f"{hub[1]}/{hub[2]}", hub[3] or ""
        if not dry_run:
            upload(Path(temporary), repository, path, f"The checkpoint {stated} of tfgen's zoo", _OURS)
    page = f"{hub_endpoint()}/{repository}" + (f"/tree/main/{path}" if path else "")
    whole = f"hf://{repository}/{path}".rstrip("/")
    above, _, last = whole.rpartition("/")
    return Pushed(files, page, above if last == stated else None, f"{whole}/{WEIGHTS}")


def _gather(entry: Entry, folder: Path) -> dict[str, int]:
    """Copies what is pushed into a folder: the path and the size of each file."""
    for path in entry.folder.rglob("*"):
        relative = path.relative_to(entry.folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            (folder / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / relative)
    shutil.copyfile(weights_file(entry), folder / WEIGHTS)
    check(folder / WEIGHTS, entry.card["weights"])
    write_readme(folder, entry.card)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _refuse_nesting(folder: Path, entry: Entry) -> None:
    target, source = folder.resolve(), entry.folder.resolve()
    if target.is_relative_to(source) or source.is_relative_to(target):
        raise TfgenError(f"{folder} is where {entry.name} comes from; push it to another folder")


def _refuse_to_lose(folder: Path, files: Iterable[str]) -> None:
    if not folder.exists():
        return
    if not (folder / "card.json").is_file():
        raise TfgenError(f"{folder} holds no checkpoint, so it is not replaced; remove it or push elsewhere")
    replaced = {folder / file for file in (*files, *_OURS)}
    replaced |= {parent for file in replaced for parent in file.parents}
    for path in sorted(folder.rglob("*")):
        if path not in replaced:
            relative = path.relative_to(folder)
            raise TfgenError(f"{folder} holds {relative}, which would be lost; move it or push elsewhere")


def _replace(folder: Path, files: Path) -> None:
    try:
        with locked(folder), atomic_folder(folder) as temporary:
            shutil.copytree(files, temporary, dirs_exist_ok=True)
    except OSError as error:
        raise TfgenError(f"{folder} cannot be written ({error.strerror or error}); push to another folder") from error
