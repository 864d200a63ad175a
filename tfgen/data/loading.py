"""The front door: a data set's name, or a path, to images and to batches."""

import inspect
from pathlib import Path
from typing import Any

import tensorflow as tf
from absl import logging

from tfgen.data import DATASETS
from tfgen.data.image_folder import read_image_folder
from tfgen.data.image_set import ImageSet
from tfgen.data.pipeline import batches
from tfgen.registry import UnknownNameError


def load(
    name: str | Path,
    split: str = "train",
    *,
    image_size: int | None = None,
    batch_size: int = 64,
    labels: bool = False,
    shuffle: bool | None = None,
    seed: int = 0,
    repeat: bool = False,
    start_step: int = 0,
    data_dir: str | Path | None = None,
    **options: Any,
) -> tf.data.Dataset:
    """Batches of a data set: `batches` of `load_images`.

    Args:
        name: A registered name (`tfgen list datasets`), or the path of a folder or a zip of images.
        split: `"train"`, `"test"`, or another that the data set has.
        image_size: Height and width of the images; None keeps theirs.
        batch_size: Images in a batch.
        labels: Whether to yield `(images, labels)` instead of images.
        shuffle: Whether to shuffle; None shuffles the split `"train"` only.
        seed: Seed of the order.
        repeat: Whether to run on after the last image, without end.
        start_step: Number of batches to leave out, at no cost.
        data_dir: Folder to look in first; None looks in the environment's `TFGEN_DATA`.
        **options: What the data set itself offers, for example `crop="160"` for `celeb_a`.

    Returns:
        A dataset of float32 `(batch, H, W, C)` in [-1, 1], or of pairs with int64 `(batch,)` labels.

    Raises:
        ValueError: For an argument or a file that is not as it has to be.
        KeyError: If there is neither a data set nor a folder or zip of that name.
        FileNotFoundError: If the data set is in none of the places where it is looked for.
    """
    image_set = load_images(name, split, image_size=image_size, data_dir=data_dir, **options)
    return batches(
        image_set,
        batch_size,
        labels=labels,
        shuffle=split == "train" if shuffle is None else shuffle,
        seed=seed,
        repeat=repeat,
        start_step=start_step,
    )


def load_images(
    name: str | Path,
    split: str = "train",
    *,
    image_size: int | None = None,
    data_dir: str | Path | None = None,
    **options: Any,
) -> ImageSet:
    """All images of one split of a data set.

    Args:
        name: A registered name (`tfgen list datasets`), or the path of a folder or a zip of images, where class
            sub-folders are labels and `train`, `test`, `validation` at the top are splits.
        split: `"train"`, `"test"`, or another that the data set has.
        image_size: Height and width: the largest centred square, resized with antialiasing. None keeps the size,
            which then has to be the same for all images.
        data_dir: Folder to look in first; None looks in the environment's `TFGEN_DATA`.
        **options: What the data set itself offers, for example `crop="160"` for `celeb_a`.

    Returns:
        The images with their labels, if they have any.

    Raises:
        ValueError: For an argument or a file that is not as it has to be.
        KeyError: If there is neither a data set nor a folder or zip of that name.
        FileNotFoundError: If the data set is in none of the places where it is looked for.
    """
    if image_size is not None and (not isinstance(image_size, int) or image_size < 1):
        raise ValueError(f"image_size has to be a positive integer or None, got {image_size!r}")
    try:
        read = DATASETS.get(str(name))
    except UnknownNameError as error:
        if not Path(name).expanduser().exists():
            raise UnknownDatasetError(f"{error}; and no folder or zip of images is at that path") from None
        read, where = read_image_folder, {"path": Path(name).expanduser()}
    else:
        where = {"data_dir": data_dir}
    known = set(inspect.signature(read).parameters) - {"split", "image_size", *where}
    if unknown := sorted(options.keys() - known):
        offers = f"it has: {', '.join(sorted(known))}" if known else "it has none"
        raise ValueError(f"dataset {str(name)!r} has no option {unknown[0]!r}; {offers}")
    image_set = read(**where, split=split, image_size=image_size, **options)
    logging.info("%s: %d %s images %s from %s", name, len(image_set), split, image_set.image_shape, image_set.origin)
    return image_set


class UnknownDatasetError(KeyError):
    """A name that is neither registered nor a path; its message is one sentence."""

    def __str__(self) -> str:
        return self.args[0]
