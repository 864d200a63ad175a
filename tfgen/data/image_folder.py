"""A folder or a zip of images: its top folders may be splits, the folders in them classes."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tfgen.data.image_files import ImageFiles, decode_images, open_image_files
from tfgen.data.image_set import ImageSet

SPLITS = ("train", "test", "validation")


def read_image_folder(path: str | Path, split: str = "train", *, image_size: int | None = None) -> ImageSet:
    """Reads one split of a folder or a zip of images.

    `train/`, `test/` and `validation/` at the top are splits; without them all images are `"train"`. The next level
    of folders, if there is one, are the classes, numbered in the order of their names. One folder that holds all the
    rest, as many a zip has it, is passed over.

    Args:
        path: The folder or the zip.
        split: Which split.
        image_size: Height and width: the largest centred square, resized. None keeps the size, which then has to be
            the same for all images.

    Returns:
        The images in the order of their names, with labels if they lie in two or more class folders. `file_names` are
        paths below what was passed over and the split's folder.

    Raises:
        FileNotFoundError: If there is nothing at that path.
        ValueError: If there is no such split, or if a file cannot be used; the message names it.
    """
    files = open_image_files(path)
    splits = _splits(files, split)
    class_names = _class_names(files.path, {name: rest for inner in splits.values() for name, rest in inner.items()})
    chosen = splits[split]
    labels = None
    if class_names:
        labels = np.array([class_names.index(rest.partition("/")[0]) for rest in chosen.values()], np.int64)
    images = decode_images(files, list(chosen), image_size=image_size)
    origin = f"{files.path.name}, {len(files.names):,} images"
    return ImageSet(images, labels, class_names, origin, tuple(chosen.values()))


def image_splits(path: str | Path) -> tuple[str, ...]:
    """The splits that `read_image_folder` finds: one or more of `train`, `test` and `validation`.

    Raises:
        FileNotFoundError: If there is nothing at that path.
        ValueError: If it is no folder or zip of images.
    """
    return tuple(_splits(open_image_files(path)))


def _splits(files: ImageFiles, wanted: str | None = None) -> dict[str, dict[str, str]]:
    """The files of each split, as `_by_split`; the wanted one is among them."""
    splits = _by_split(files.path, {name: name for name in files.names})
    if wanted is not None and wanted not in splits:
        raise ValueError(
            f"{files.path} has no split {wanted!r}; it has: {', '.join(splits)} "
            f"(top folders {', '.join(SPLITS)} are splits, without them all images are 'train')"
        )
    return splits


def _by_split(path: Path, inner: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The files of each split: the part of each name that is left to be read, by the whole name."""
    tops = {rest.partition("/")[0] if "/" in rest else "" for rest in inner.values()}
    below = {name: rest.partition("/")[2] for name, rest in inner.items()}
    others = tops - set(SPLITS)
    if not others:
        return {top: {name: below[name] for name in inner if inner[name].startswith(f"{top}/")} for top in sorted(tops)}
    if len(others) < len(tops):
        odd = next(name for name, rest in inner.items() if rest.partition("/")[0] in others or "/" not in rest)
        raise ValueError(f"{path / odd} is in none of the splits beside it; move it into {', '.join(SPLITS)}")
    if len(tops) == 1 and "" not in tops:
        return _by_split(path, below)
    return {"train": dict(inner)}


def _class_names(path: Path, inner: Mapping[str, str]) -> tuple[str, ...]:
    classes = {rest.partition("/")[0] for rest in inner.values() if "/" in rest}
    for name, rest in inner.items():
        if classes and "/" not in rest:
            raise ValueError(
                f"{path / name} is in no class folder, but others are (in {min(classes)}); move it into one"
            )
    return tuple(sorted(classes))
