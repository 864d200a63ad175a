"""CIFAR-10, and its copies in JPEG."""

from pathlib import Path

from tfgen.data import DATASETS
from tfgen.data.image_folder import read_image_folder
from tfgen.data.image_set import ImageSet
from tfgen.data.resizing import resize
from tfgen.data.sources import check_split, find_local, first_found
from tfgen.data.tensorflow_datasets import read_tensorflow_dataset


@DATASETS.register("cifar10")
def cifar10(split: str = "train", *, image_size: int | None = None, data_dir: str | Path | None = None) -> ImageSet:
    """CIFAR-10: 50,000 + 10,000 colour photographs, 32x32, 10 classes (Krizhevsky, 2009).

    A copy in JPEG files is not the published set, and a score on it not comparable with a published one: `origin`
    names what was read.

    Args:
        split: `"train"` or `"test"`.
        image_size: Height and width; None keeps 32.
        data_dir: Folder to look in first for a folder or zip `cifar10*` with `train/<class>/` and `test/<class>/`;
            None looks in `TFGEN_DATA`.

    Returns:
        uint8 `(N, 32, 32, 3)` with labels.

    Raises:
        DatasetNotFoundError: If it is found nowhere.
        ValueError: If a file cannot be used, or for an unknown split.
    """
    check_split("cifar10", split, ("train", "test"))

    def local() -> ImageSet:
        return read_image_folder(find_local(("cifar10*", "cifar-10*"), data_dir), split)

    def downloaded() -> ImageSet:
        return read_tensorflow_dataset("cifar10", split)

    return resize(first_found("cifar10", (local, downloaded)), image_size)


@DATASETS.register("cifar10_jpeg")
def cifar10_jpeg(
    split: str = "train", *, image_size: int | None = None, data_dir: str | Path | None = None
) -> ImageSet:
    """CIFAR-10 in JPEG files, which are lossy, and never the true pixels: a score on it says so by the set's name.

    Args:
        split: `"train"` or `"test"`.
        image_size: Height and width; None keeps 32.
        data_dir: Folder to look in for a folder or zip `cifar10_jpeg*` with `train/<class>/` and `test/<class>/`; None
            looks in `TFGEN_DATA`.

    Returns:
        uint8 `(N, 32, 32, 3)` with labels.

    Raises:
        DatasetNotFoundError: If it is not found; nobody offers it for download.
        ValueError: If a file cannot be used, or for an unknown split.
    """
    check_split("cifar10_jpeg", split, ("train", "test"))

    def local() -> ImageSet:
        return read_image_folder(find_local(("cifar10_jpeg*",), data_dir), split)

    return resize(first_found("cifar10_jpeg", (local,)), image_size)
