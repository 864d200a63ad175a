"""What a model computes of a whole set of images."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from tfgen.data.image_set import ImageSet
from tfgen.data.pictures import from_uint8
from tfgen.data.progress import progress

if TYPE_CHECKING:
    from tfgen.models.image_model import ImageModel


def served_batches(
    model: "ImageModel", signature: str, images: ImageSet, *, batch_size: int = 256, description: str
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Images in [-1, 1], and what a served function gives for them, batch by batch as they are asked for.

    Args:
        model: The model. One that is told classes gets the images' labels.
        signature: A key of its `serving_signatures()` that takes images: `"encode"`, `"reconstruct"`, ...
        images: Of the model's shape.
        batch_size: Images computed at once.
        description: What the progress bar says.

    Raises:
        ValueError: As `ImageModel.in_batches`; so if the model needs labels, and the images have none.
    """
    starts = range(0, len(images), batch_size)
    for start in progress(starts, description, len(starts)):
        part = slice(start, start + batch_size)
        given = from_uint8(images.images[part])
        labels = None if images.labels is None else images.labels[part]
        yield given, next(model.in_batches(signature, given, labels=labels, batch_size=batch_size))


def compute_over(
    model: "ImageModel", signature: str, images: ImageSet, *, batch_size: int = 256, description: str
) -> np.ndarray:
    """All that `served_batches` computes of images, in one array `(n, ...)`."""
    batches = served_batches(model, signature, images, batch_size=batch_size, description=description)
    return np.concatenate([found for _, found in batches])
