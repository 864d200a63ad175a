"""Generated images as files: one grid, an array, or a folder of PNGs."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from tfgen.data.pictures import grid, to_uint8, write_png
from tfgen.data.progress import progress
from tfgen.files import atomic_folder, atomic_path


def check_output(path: Path) -> None:
    """Says at once what `write_images` would say after the work.

    Raises:
        ValueError: If `path` is neither a .png, a .npz, nor a folder that does not exist yet or is empty, or it is
            where nothing can be written.
    """
    path = Path(path)
    if path.suffix in (".png", ".npz"):
        if path.is_dir():
            raise ValueError(f"{path} is a folder; name a file, or a folder without the suffix")
    elif path.suffix:
        raise ValueError(f"{path} cannot be written: outputs are a .png grid, a .npz array, or a folder")
    else:
        check_new_folder(path)
    check_writable(path)


def check_new_folder(path: Path) -> None:
    """Says at once that something is where a folder is to be made.

    Raises:
        ValueError: If there is anything but an empty folder.
    """
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise ValueError(f"{path} is there already and not an empty folder; choose another output")


def check_writable(path: Path) -> None:
    """Says at once that no file or folder can be made at a path, in folders that may have to be made before.

    Raises:
        ValueError: If the nearest folder that there is cannot be written to.
    """
    # Path.exists raises an error inside of folders that may not be searched.
    folder = next(parent for parent in Path(path).absolute().parents if os.path.exists(parent))  # noqa: PTH110
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise ValueError(
            f"{path} cannot be written: {folder} is no folder that you can write to; choose another output"
        )


def write_images(batches: Iterable[np.ndarray], count: int, path: Path, columns: int | None = None) -> None:
    """Writes images as they come, whole or not at all.

    Args:
        batches: Float arrays (n, height, width, channels) in [-1, 1].
        count: How many images they hold together.
        path: A `.png` gets one grid, a `.npz` an array `images` of uint8 (count, height, width, channels), and any
            other name becomes a folder of PNGs named 00000.png and on, for which memory stays that of one batch.
        columns: Images in a row of a grid; None makes it as square as it can be.

    Raises:
        ValueError: As `check_output`.
    """
    path = Path(path)
    check_output(path)
    images = progress((image for batch in batches for image in to_uint8(batch)), "writing images", count)
    if path.suffix == ".png":
        write_png(path, grid(np.stack(list(images)), columns))
    elif path.suffix == ".npz":
        write_arrays(path, images=np.stack(list(images)))
    else:
        digits = max(5, len(str(count - 1)))
        with atomic_folder(path) as folder:
            for index, image in enumerate(images):
                write_png(folder / f"{index:0{digits}d}.png", image)


def write_named_images(batches: Iterable[np.ndarray], names: Sequence[str], folder: Path) -> None:
    """Writes images as PNGs under the names of the files that they were made of, all or none.

    Args:
        batches: Float arrays (n, height, width, channels) in [-1, 1].
        names: A path for each image, with `/` between its parts; the suffix becomes .png.
        folder: One that does not exist yet or is empty.

    Raises:
        ValueError: If the folder holds something, or as `named_targets`.
    """
    targets = named_targets(names)
    check_output(folder)
    images = progress((image for batch in batches for image in to_uint8(batch)), "writing images", len(targets))
    with atomic_folder(folder) as partial:
        for image, target in zip(images, targets, strict=True):
            write_png(partial / target, image)


def named_targets(names: Sequence[str]) -> list[PurePosixPath]:
    """Where `write_named_images` puts images of these names, inside the folder.

    Raises:
        ValueError: If two names differ in their suffix alone, or one leads out of the folder.
    """
    targets = [PurePosixPath(name).with_suffix(".png") for name in names]
    if len(set(targets)) < len(targets):
        twice, _ = Counter(targets).most_common(1)[0]
        raise ValueError(f"two of the images would be written as {twice}; rename one")
    if outside := [name for name in names if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute()]:
        raise ValueError(f"{outside[0]} leads out of the folder; rename it, or unpack the zip")
    return targets


def write_arrays(path: str | Path, **arrays: np.ndarray) -> None:
    """Writes named arrays to a `.npz`, whole or not at all."""
    with atomic_path(Path(path)) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)
