"""From names on the command line to the images and networks that a study takes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from tfgen.data import DATASETS, ImageSet
from tfgen.data.progress import progress
from tfgen.errors import TfgenError
from tfgen.evaluation.extractors import find_extractor
from tfgen.evaluation.sources import ImageSource, ModelSource, open_images, open_subject
from tfgen.metrics.features.extractor import Extractor
from tfgen.zoo import list_models
from tfgen.zoo.entries import find

from .untrained import UNTRAINED, untrained


def open_split(
    dataset: str, split: str, *, data_dir: Path | None = None, image_size: int | None = None, limit: int | None = None
) -> ImageSource:
    """A split of a data set, or random images of it if it has more than the limit.

    A folder or a zip goes by its last name with a slash, so that no path of this machine is printed, and none of them
    passes for a data set that has a name.
    """
    shape = (image_size, image_size, 1) if image_size else None
    source = open_images(f"{dataset}:{split}", data_dir=data_dir, image_shape=shape)
    if dataset not in DATASETS.names():
        name = f"{Path(dataset).name}/"
        source = replace(source, label=f"{name}{split}", name=name)
    if limit is None or len(source.images) <= limit:
        return source
    chosen, found = source.indices(limit), source.images
    labels = None if found.labels is None else found.labels[chosen]
    images = ImageSet(np.ascontiguousarray(found.images[chosen]), labels, found.class_names, found.origin)
    return replace(source, images=images)


def open_extractors(names: Sequence[str], test: ImageSource, seed: int) -> list[Extractor]:
    """Extractors by name, as `find_extractor` takes it, or `untrained`.

    Raises:
        TfgenError: If there is none, its weights are not there, or it takes grey images and these have colours.
    """
    found = []
    for name in names:
        extractor = untrained(test.image_shape, seed) if name == UNTRAINED else find_extractor(name)
        if test.image_shape[-1] > extractor.network.input_shape[-1]:
            raise TfgenError(
                f"{name} takes grey images and those of {test.label} have colours; choose another extractor"
            )
        found.append(extractor)
    return found


def other_classifiers(test: ImageSource) -> list[str]:
    """Classifiers of the zoo for images of this shape that were trained on other data."""
    own = f"{test.name}_classifier"
    return [name for name in list_models("*_classifier") if name != own and _fits(name, test.image_shape)]


def generators_of(test: ImageSource) -> list[str]:
    """Checkpoints of the zoo that draw images of this shape and were trained on this data set."""
    entries = [name for name in list_models() if _fits(name, test.image_shape)]
    return [name for name in entries if find(name).recipe.table["data"]["name"] == test.name]


def open_generators(names: Sequence[str], test: ImageSource, seed: int) -> list[ModelSource]:
    """Models by name, without those that reconstruct and draw nothing.

    Raises:
        TfgenError: If there is no such model, or its images are of another shape.
    """
    found = []
    for name in progress(names, "Opening generators", len(names)):
        source = open_subject(name, seed=seed)
        if source.image_shape != test.image_shape:
            raise TfgenError(
                f"{name} has images {source.image_shape} and {test.label} {test.image_shape}; leave it out"
            )
        if isinstance(source, ModelSource) and hasattr(source.model, "sample_batches"):
            found.append(source)
    return found


def _fits(name: str, image_shape: tuple[int, int, int]) -> bool:
    entry = find(name)
    return entry.card is not None and entry.recipe.image_shape == tuple(image_shape)
