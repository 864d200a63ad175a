"""MNIST."""

from functools import partial
from pathlib import Path

from tfgen.data import DATASETS
from tfgen.data.idx import holds_idx, read_idx_images
from tfgen.data.image_set import ImageSet
from tfgen.data.resizing import resize
from tfgen.data.sources import check_split, find_local, first_found
from tfgen.data.tensorflow_datasets import read_tensorflow_dataset

CLASS_NAMES = tuple("0123456789")

# Of the decompressed files.
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


@DATASETS.register("mnist")
def mnist(split: str = "train", *, image_size: int | None = None, data_dir: str | Path | None = None) -> ImageSet:
    """MNIST: 60,000 + 10,000 grey handwritten digits, 28x28, 10 classes (LeCun et al., 1998).

    Args:
        split: `"train"` or `"test"`.
        image_size: Height and width; None keeps 28.
        data_dir: Folder to look in first; None looks in `TFGEN_DATA`.

    Returns:
        uint8 `(N, 28, 28, 1)`, white digits on black, with labels.

    Raises:
        DatasetNotFoundError: If it is found nowhere.
        ValueError: If a file is not the published one, or for an unknown split.
    """
    check_split("mnist", split, ("train", "test"))

    def local() -> ImageSet:
        folder = find_local(("mnist",), data_dir, partial(holds_idx, md5=MD5))
        return read_idx_images(folder, split, class_names=CLASS_NAMES, md5=MD5)

    def downloaded() -> ImageSet:
        return read_tensorflow_dataset("mnist", split)

    return resize(first_found("mnist", (local, downloaded)), image_size)
