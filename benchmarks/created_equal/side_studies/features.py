"""Features of whole sets of images, computed once: the studies draw their subsets from these rows."""

from typing import NamedTuple

import numpy as np

from tfgen.data import ImageSet
from tfgen.evaluation.collecting import Collected, collect
from tfgen.evaluation.sources import ImageSource
from tfgen.evaluation.statistics import reference_statistics
from tfgen.metrics.features.extractor import Extractor

_BATCH = 256


class Splits(NamedTuple):
    """What an extractor finds in both splits of a data set."""

    training: Collected
    test: Collected


def features_of_splits(training: ImageSource, test: ImageSource, extractor: Extractor) -> Splits:
    """Features of all images, and probabilities if the extractor classifies, from the cache under `TFGEN_HOME`."""
    needs = frozenset({"features", "probabilities"} if extractor.classes else {"features"})
    found = [
        reference_statistics(source, len(source.images), needs, extractor, batch_size=_BATCH)
        for source in (training, test)
    ]
    return Splits(*found)


def features_of_images(images: np.ndarray, label: str, extractor: Extractor) -> np.ndarray:
    """Features of images uint8 `(n, height, width, channels)` that are not worth a place in the cache."""
    source = ImageSource(label, ImageSet(images), label)
    return collect(source, len(images), frozenset({"features"}), extractor, batch_size=_BATCH).features
