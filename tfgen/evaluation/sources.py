"""What is scored: a model's samples, or the images of a data set, a folder, a zip or an array."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tfgen.data import DATASETS, ImageSet, load_images
from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.models.image_model import ImageModel
from tfgen.recipes import Recipe
from tfgen.zoo import load
from tfgen.zoo.entries import find
from tfgen.zoo.weights import sha256, weights_file


@dataclass(frozen=True, eq=False)
class ImageSource:
    """Images that are there, in their order.

    Attributes:
        label: What they are called in a result, `"fashion_mnist:test"`.
        images: The images.
        name: The data set's name, or the path that they were read from.
        split: Which part of it they are; None where there are no parts.
        options: What else they were loaded with, such as the crop of `celeb_a`.
    """

    label: str
    images: ImageSet
    name: str
    split: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of each image."""
        return self.images.image_shape

    def count(self, wanted: int | None) -> int:
        """How many to take: all, or `wanted`.

        Raises:
            TfgenError: If there are fewer.
        """
        if wanted is not None and wanted > len(self.images):
            raise TfgenError(
                f"{self.label} has {len(self.images):,} images and {wanted:,} are asked for; ask for fewer"
            )
        return len(self.images) if wanted is None else wanted

    def indices(self, count: int) -> np.ndarray:
        """Which images count: all in their order, or the same random ones each time, as folders come by class."""
        if count == len(self.images):
            return np.arange(count)
        return np.sort(np.random.default_rng(0).permutation(len(self.images))[:count])

    def batches(self, count: int, batch_size: int) -> Iterator[np.ndarray]:
        """The images that count, float32 in [-1, 1], batch by batch."""
        indices = self.indices(count)
        for start in range(0, count, batch_size):
            yield from_uint8(self.images.images[indices[start : start + batch_size]])

    def labels(self, count: int) -> np.ndarray:
        """The labels of the images that count.

        Raises:
            TfgenError: If they have none.
        """
        if self.images.labels is None:
            raise TfgenError(f"{self.label} has no labels; take a data set that has them")
        return self.images.labels[self.indices(count)]

    def protocol(self) -> dict[str, Any]:
        """What a result says of them."""
        return {
            "split": self.split,
            "origin": self.images.origin,
            "available": len(self.images),
            "shape": list(self.image_shape),
            **self.options,
        }


@dataclass(frozen=True, eq=False)
class ModelSource:
    """Samples of a model.

    Attributes:
        label: What the model is called in a result.
        model: The model.
        seed: Of the samples.
        sha256: Of the file with its weights; None of a model that is in memory alone.
        recipe: How it was trained, where that is known.
    """

    label: str
    model: ImageModel
    seed: int = 0
    sha256: str | None = None
    recipe: Recipe | None = field(default=None, repr=False)

    default_count = 10_000

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of each image."""
        return self.model.image_shape

    def count(self, wanted: int | None) -> int:
        """How many to draw: `wanted`, or 10,000."""
        return self.default_count if wanted is None else wanted

    def batches(self, count: int, batch_size: int) -> Iterator[np.ndarray]:
        """`count` samples, float32 in [-1, 1], batch by batch."""
        yield from self.model.sample_batches(count, seed=self.seed, batch_size=batch_size)

    def protocol(self) -> dict[str, Any]:
        """What a result says of them."""
        return {"checkpoint_sha256": self.sha256, "seed": self.seed}


Source = ImageSource | ModelSource


def open_subject(name: str, *, seed: int = 0, data_dir: Path | None = None) -> Source:
    """What a name or a path stands for.

    Args:
        name: A checkpoint of the zoo; the folder of a training run (with a `/` in its path); a data set, `"mnist"` or
            `"mnist:test"`; a folder or a zip of images, `"photos.zip:train"` if it has splits; an `.npz` file with
            uint8 images (n, height, width, channels).
        seed: Of a model's samples.
        data_dir: Where data sets are looked for first.

    Raises:
        TfgenError: If there is nothing of that name, or it cannot be used; ValueError and FileNotFoundError likewise.
    """
    if _is_images(name):
        return open_images(name, data_dir=data_dir)
    if "/" in name and not Path(name).exists():
        raise TfgenError(f"there is nothing at {name}; name a checkpoint, a run's folder, a data set, or images")
    entry = find(name)
    return ModelSource(name, load(name), seed, sha256(weights_file(entry)), entry.recipe)


def open_reference(name: str | None, subject: Source, *, data_dir: Path | None = None) -> ImageSource:
    """The images that a subject is compared with, at its size.

    Args:
        name: A data set, folder, zip or array, as `open_subject` takes it; None is the test split of the data that the
            model was trained on.
        subject: What is compared with them.
        data_dir: Where data sets are looked for first.

    Raises:
        TfgenError: If they are of another shape, or None is given and there is no recipe to tell.
    """
    recipe = subject.recipe if isinstance(subject, ModelSource) else None
    if name is None:
        if recipe is None:
            raise TfgenError(f"say what to compare {subject.label} with, for example --against fashion_mnist:test")
        data = recipe.table["data"]
        name = f"{data['name']}:{data.get('held_out_split', 'test')}"
    image_shape = subject.image_shape if isinstance(subject, ModelSource) else None
    reference = open_images(name, data_dir=data_dir, image_shape=image_shape, recipe=recipe)
    if reference.image_shape != subject.image_shape:
        raise TfgenError(
            f"the images of {reference.label} are {_size(reference)} and those of {subject.label} {_size(subject)}; "
            "scores compare images of one size and as many channels"
        )
    return reference


def open_images(
    name: str,
    *,
    data_dir: Path | None = None,
    image_shape: tuple[int, int, int] | None = None,
    recipe: Recipe | None = None,
) -> ImageSource:
    """A data set, folder, zip or array as `open_subject` takes it, resized if a square shape is given.

    The options that a recipe gives to its own data set (`crop`) go for it here too.
    """
    if name.endswith(".npz"):
        return ImageSource(name, _read_npz(Path(name)), name)
    source, split = _parts(name)
    if split is None and source in DATASETS.names():
        split = "test"
    image_size = image_shape[0] if image_shape and image_shape[0] == image_shape[1] else None
    options = recipe.data_options if recipe and recipe.table["data"]["name"] == source else {}
    # A folder or zip without splits is all `train`.
    images = load_images(source, split or "train", image_size=image_size, data_dir=data_dir, **options)
    return ImageSource(f"{source}:{split}" if split else source, images, source, split, options)


def _is_images(name: str) -> bool:
    source, _ = _parts(name)
    path = Path(source)
    if name.endswith(".npz") or source in DATASETS.names():
        return True
    return path.is_file() or (path.is_dir() and "/" in name and not (path / "recipe.toml").is_file())


def _parts(name: str) -> tuple[str, str | None]:
    source, colon, split = name.rpartition(":")
    return (source, split) if colon and re.fullmatch(r"\w+", split) else (name, None)


def _read_npz(path: Path) -> ImageSet:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            name = "images" if "images" in arrays.files else arrays.files[0]
            images = arrays[name]
    except FileNotFoundError:
        raise
    except Exception as error:  # Of a damaged zip, anything.
        raise TfgenError(f"{path} cannot be read as .npz ({type(error).__name__}); write it by numpy.savez") from error
    if images.dtype != np.uint8:
        raise TfgenError(
            f"{path} holds {images.dtype} and images are uint8 (n, height, width, 1 or 3) there; "
            "tfgen.data.pictures.to_uint8 makes them of floats in [-1, 1]"
        )
    try:
        return ImageSet(images, origin=path.name)
    except ValueError as error:
        raise TfgenError(f"{path}: {error}") from error


def _size(source: Source) -> str:
    return "x".join(map(str, source.image_shape))
