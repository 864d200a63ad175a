"""MNIST whose pixels are black or white, for likelihoods of binary images."""

import hashlib
from pathlib import Path

import numpy as np

from tfgen.data import DATASETS
from tfgen.data.image_set import ImageSet
from tfgen.data.mnist import mnist
from tfgen.data.sources import check_split
from tfgen.errors import TfgenError

_TRAIN = 50_000
_SEED = 0
_SIDE = 28

# Of the bits, eight a byte: NumPy may draw other numbers from a seed in a later release.
_SHA256 = {
    "train": "a05bef27682f4e7ac68a666a7c66cf9927ebe4467da090e9d9b2bcb1814a75bd",
    "test": "1bb016d33ebb2e49854805fad5902122b3ae481c5dbad6f13cb33ab018f2e19e",
}


@DATASETS.register("binarized_mnist")
def binarized_mnist(
    split: str = "train", *, image_size: int | None = None, data_dir: str | Path | None = None
) -> ImageSet:
    """MNIST in black and white, 50,000 + 10,000 + 10,000 digits, each pixel drawn once (Salakhutdinov & Murray 2008).

    A pixel is white with the probability that its grey value says, drawn once and for all: what likelihoods of binary
    images are reported on. The draw is NumPy's, seed 0, and not the one of the files that Larochelle distributed, so
    that nats differ from those on his by what the draw makes of 10,000 digits. Validation is the last 10,000 of the
    training images, as there.

    Args:
        split: `"train"`, `"validation"` or `"test"`.
        image_size: 28 or None; resized pixels would be grey again.
        data_dir: Folder where MNIST is looked for first; None looks in `TFGEN_DATA`.

    Returns:
        uint8 `(N, 28, 28, 1)`, 0 or 255, with labels.

    Raises:
        DatasetNotFoundError: If MNIST is found nowhere.
        ValueError: If MNIST's files are not the published ones, for an unknown split, or another size.
        TfgenError: If this NumPy draws other pixels.
    """
    check_split("binarized_mnist", split, ("train", "validation", "test"))
    if image_size not in (None, _SIDE):
        raise ValueError(
            f"binarized_mnist has {_SIDE}x{_SIDE} pixels, black or white, and image_size is {image_size}; leave it "
            f"at {_SIDE}"
        )
    source = "test" if split == "test" else "train"
    whole = mnist(source, data_dir=data_dir)
    draws = np.random.default_rng([_SEED, int(split == "test")]).random(whole.images.shape, np.float32)
    images = np.where(255 * draws < whole.images, np.uint8(255), np.uint8(0))
    if hashlib.sha256(np.packbits(images).tobytes()).hexdigest() != _SHA256[source]:
        raise TfgenError(
            f"NumPy {np.__version__} draws other pixels than those that binarized_mnist stands for; install another "
            "release, such as NumPy 2.4, so that its nats compare with those of others"
        )
    part = {"train": slice(_TRAIN), "validation": slice(_TRAIN, None), "test": slice(None)}[split]
    origin = f"{whole.origin}, pixels drawn black or white once with seed {_SEED}"
    return ImageSet(images[part], whole.labels[part], whole.class_names, origin)
