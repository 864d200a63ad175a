"""Where a data set is looked for, in order, and what is said when it is nowhere."""

import os
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from pathlib import Path

from absl import logging

from tfgen.data.image_set import ImageSet


class NotHereError(Exception):
    """A place does not hold the data set; the message says what was looked for and how to get it there."""


class DatasetNotFoundError(FileNotFoundError):
    """No place holds the data set; the message names each place and the command that would fill it."""


def first_found(name: str, places: Sequence[Callable[[], ImageSet]]) -> ImageSet:
    """The images from the first place that has them.

    Args:
        name: The data set's name, for the message.
        places: Functions that read the images or raise `NotHereError`, in the order in which to try.

    Raises:
        DatasetNotFoundError: If no place has them.
    """
    tried = []
    for place in places:
        try:
            return place()
        except NotHereError as absence:
            logging.debug("%s: %s", name, absence)
            tried.append(f"  - {absence}")
    raise DatasetNotFoundError(f"dataset {name!r} was not found; tried, in this order:\n" + "\n".join(tried))


def find_local(
    patterns: Sequence[str],
    data_dir: str | Path | None,
    holds: Callable[[Path], bool] = lambda folder: False,
) -> Path:
    """The folder or zip, in the user's own data folder, that is named for the data set.

    Args:
        patterns: Names that it may have, in lower case, as `fnmatch` patterns, the best first.
        data_dir: The user's data folder, or the very folder or zip; None means the environment's `TFGEN_DATA`.
        holds: Whether a folder of any other name holds the data set.

    Returns:
        `data_dir` itself if it is so named, else the first entry in it that is, else `data_dir` if it `holds` it.

    Raises:
        NotHereError: If there is none.
    """
    told = data_dir or os.environ.get("TFGEN_DATA")
    source = "data_dir" if data_dir else "TFGEN_DATA"
    names = " or ".join(patterns)
    if not told:
        raise NotHereError(f"TFGEN_DATA (or data_dir): not set; set it to a folder that holds {names}")
    root = Path(told).expanduser()
    if not root.exists():
        raise NotHereError(f"{source}={told}: no such folder; set it to one that holds {names}")
    for pattern in patterns:
        for path in [root, *(sorted(root.iterdir()) if root.is_dir() else [])]:
            if fnmatch(path.name.lower(), pattern) and (path.is_dir() or path.suffix.lower() == ".zip"):
                logging.info("found %s by %s", path, source)
                return path
    if root.is_dir() and holds(root):
        logging.info("found %s by %s", root, source)
        return root
    raise NotHereError(f"{source}={told}: holds no {names}; put it there")


def check_split(name: str, split: str, splits: Sequence[str]) -> None:
    """Raises a `ValueError` if `split` is none of `splits`."""
    if split not in splits:
        raise ValueError(f"{name} has no split {split!r}; it has: {', '.join(splits)}")
