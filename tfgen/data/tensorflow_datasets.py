"""TensorFlow Datasets, the last place to look: it downloads what it does not have."""

import socket
import urllib.request
from collections.abc import Iterator

import numpy as np
import tensorflow as tf
from absl import logging

from tfgen.data.cache import cached_arrays
from tfgen.data.image_set import ImageSet
from tfgen.data.options import pipeline_options
from tfgen.data.progress import progress
from tfgen.data.resizing import fit_images
from tfgen.data.sources import NotHereError

_CHUNK = 256
_PARALLEL_IMAGES = 4


def read_tensorflow_dataset(
    name: str, split: str, *, crop: int | None = None, image_size: int | None = None
) -> ImageSet:
    """Reads one split of an image data set of TensorFlow Datasets, and caches it at its final size.

    Args:
        name: The name that TensorFlow Datasets knows it by; it has to have a feature `image`.
        split: One of its splits.
        crop: Side of the centred square to keep before resizing; None keeps all.
        image_size: Height and width; None keeps the size, which then has to be the same for all images.

    Raises:
        NotHereError: If TensorFlow Datasets is not installed, or cannot download the data set.
    """
    command = f'python -c "import tensorflow_datasets as tfds; tfds.load({name!r})"'
    try:
        import tensorflow_datasets as tfds
    except ImportError:
        advice = f"pip install tensorflow-datasets, then {command}"
        raise NotHereError(f"TensorFlow Datasets: not installed; {advice}") from None
    builder = tfds.builder(name)
    # It warns of a folder that a download cut short has left, which is no news: the data set is not there.
    logger = logging.get_absl_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        is_prepared = builder.is_prepared()
    finally:
        logger.setLevel(level)
    if not is_prepared and _is_offline():
        raise NotHereError(f"TensorFlow Datasets: no network to download {name} over; with one, {command}")
    try:
        builder.download_and_prepare()
    except Exception as error:  # Whatever network, server or disk comes up with: the next line says what to do.
        reason = f"{type(error).__name__}: {error}".partition("\n")[0][:200]
        raise NotHereError(f"TensorFlow Datasets: no download ({reason}); try {command}") from error
    features = builder.info.features
    has_label = "label" in features

    def chunks() -> Iterator[dict[str, np.ndarray]]:
        dataset = builder.as_dataset(split=split, shuffle_files=False)
        dataset = dataset.map(
            lambda example: {
                "images": fit_images(example["image"], crop=crop, image_size=image_size),
                **({"labels": tf.cast(example["label"], tf.int64)} if has_label else {}),
            },
            num_parallel_calls=_PARALLEL_IMAGES,
        )
        dataset = dataset.batch(_CHUNK).with_options(pipeline_options())
        for chunk in progress(dataset, f"Reading {name} {split}", int(dataset.cardinality())):
            yield {key: array.numpy() for key, array in chunk.items()}

    key = ("tensorflow_datasets", name, str(builder.version), str(builder.data_dir), split, crop, image_size)
    arrays = cached_arrays(key, chunks)
    logging.info("found %s in TensorFlow Datasets, %s", name, builder.data_dir)
    return ImageSet(
        arrays["images"],
        arrays.get("labels"),
        tuple(features["label"].names) if has_label else (),
        f"TensorFlow Datasets {name} {builder.version}",
    )


def _is_offline() -> bool:
    """Whether no name resolves and no proxy is set; TensorFlow Datasets would try for minutes before it said so."""
    if urllib.request.getproxies():
        return False
    try:
        socket.getaddrinfo("storage.googleapis.com", 443)
    except OSError:
        return True
    return False
