"""Fashion-MNIST."""

from functools import partial
from pathlib import Path

from tfgen.data import DATASETS
from tfgen.data.idx import holds_idx, read_idx_images
from tfgen.data.image_set import ImageSet
from tfgen.data.resizing import resize
from tfgen.data.sources import NotHereError, check_split, find_local, first_found
from tfgen.data.tensorflow_datasets import read_tensorflow_dataset

CLASS_NAMES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

# Of the decompressed files: Debian compresses them otherwise than their authors did.
MD5 = {
    "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
    "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
    "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
}

DEBIAN = Path("/usr/share/datasets/fashion-mnist")


@DATASETS.register("fashion_mnist")
def fashion_mnist(
    split: str = "train", *, image_size: int | None = None, data_dir: str | Path | None = None
) -> ImageSet:
    """Fashion-MNIST: 60,000 + 10,000 grey pictures of clothes, 28x28, 10 classes (Xiao et al., 2017, arXiv:1708.07747).

    Args:
        split: `"train"` or `"test"`.
        image_size: Height and width; None keeps 28.
        data_dir: Folder to look in first; None looks in `TFGEN_DATA`.

    Returns:
        uint8 `(N, 28, 28, 1)`, white clothes on black, with labels.

    Raises:
        DatasetNotFoundError: If it is found nowhere.
        ValueError: If a file is not the published one, or for an unknown split.
    """
    check_split("fashion_mnist", split, ("train", "test"))

    def local() -> ImageSet:
        folder = find_local(("fashion_mnist", "fashion-mnist"), data_dir, partial(holds_idx, md5=MD5))
        return read_idx_images(folder, split, class_names=CLASS_NAMES, md5=MD5)

    def debian() -> ImageSet:
        if not DEBIAN.is_dir():
            raise NotHereError(f"{DEBIAN}: no such folder; apt-get install dataset-fashion-mnist")
        return read_idx_images(DEBIAN, split, class_names=CLASS_NAMES, md5=MD5)

    def downloaded() -> ImageSet:
        return read_tensorflow_dataset("fashion_mnist", split)

    return resize(first_found("fashion_mnist", (local, debian, downloaded)), image_size)
