"""CelebA."""

from pathlib import Path, PurePosixPath

from absl import logging

from tfgen.data import DATASETS
from tfgen.data.image_files import ImageFiles, decode_images, image_shape, open_image_files
from tfgen.data.image_set import ImageSet
from tfgen.data.sources import check_split, find_local, first_found
from tfgen.data.tensorflow_datasets import read_tensorflow_dataset

# Sides of the centred square that papers cut from the aligned images, 178 wide and 218 high, by their names.
CROPS = {"148": 148, "160": 160}
DEFAULT_CROP = "148"
ALIGNED_SHAPE = (218, 178, 3)
IMAGES = 202_599

# The official partition, by image number (list_eval_partition.txt).
PARTITION = {
    "train": range(1, 162_771),
    "validation": range(162_771, 182_638),
    "test": range(182_638, IMAGES + 1),
}


@DATASETS.register("celeb_a")
def celeb_a(
    split: str = "train",
    *,
    image_size: int | None = None,
    data_dir: str | Path | None = None,
    crop: str | None = None,
) -> ImageSet:
    """CelebA: 202,599 aligned photographs of faces, 178x218, cropped to squares (Liu et al., 2015, arXiv:1411.7766).

    A folder or zip may hold all images or some of them, under their official numbers (`000001.jpg`), aligned or
    cropped already; `origin` says how many. Labels (the 40 attributes) are not read.

    Args:
        split: `"train"` (images 1 to 162,770), `"validation"` (to 182,637) or `"test"`, the official partition.
        image_size: Height and width; None keeps what the crop leaves.
        data_dir: Folder to look in first for a folder or zip `celeb_a*`, `celeba*` or `img_align_celeba*`; None looks
            in `TFGEN_DATA`.
        crop: Centred square to cut from the aligned images: `"148"`, which most papers take, or `"160"`, which Lucic
            et al. (2018, arXiv:1711.10337) take. None is `"148"` for aligned images and nothing for others.

    Returns:
        uint8 `(N, H, W, 3)` without labels.

    Raises:
        DatasetNotFoundError: If it is found nowhere.
        ValueError: If a file cannot be used, if the images are too small for the crop, or for an unknown split.
    """
    check_split("celeb_a", split, tuple(PARTITION))
    if crop is not None and crop not in CROPS:
        raise ValueError(f"celeb_a has no crop {crop!r}; it has: {', '.join(CROPS)}")

    def local() -> ImageSet:
        path = find_local(("celeb_a*", "celeba*", "img_align_celeba*"), data_dir)
        return _read_files(open_image_files(path), split, crop, image_size)

    def downloaded() -> ImageSet:
        return read_tensorflow_dataset("celeb_a", split, crop=CROPS[crop or DEFAULT_CROP], image_size=image_size)

    return first_found("celeb_a", (local, downloaded))


def _read_files(files: ImageFiles, split: str, crop: str | None, image_size: int | None) -> ImageSet:
    names = [name for name in files.names if _number(files, name) in PARTITION[split]]
    if not names:
        raise ValueError(f"{files.path} holds no image of CelebA's {split} split ({_span(split)})")
    shape = image_shape(files, names[0])
    if crop is None:
        crop = DEFAULT_CROP if shape == ALIGNED_SHAPE else None
    if crop is None:
        logging.info("%s: images are %dx%d, cropped already; no crop", files.path, *shape[:2])
    images = decode_images(files, names, crop=None if crop is None else CROPS[crop], image_size=image_size)
    subset = "" if len(files.names) == IMAGES else f" (a subset of the {IMAGES:,})"
    return ImageSet(images, origin=f"{files.path.name}, {len(files.names):,} images{subset}")


def _number(files: ImageFiles, name: str) -> int:
    stem = PurePosixPath(name).stem
    if not stem.isdecimal() or not 1 <= int(stem) <= IMAGES:
        raise ValueError(f"{files.path / name} has no CelebA image number (000001 to {IMAGES}); rename or remove it")
    return int(stem)


def _span(split: str) -> str:
    return f"numbers {PARTITION[split][0]:,} to {PARTITION[split][-1]:,}"
