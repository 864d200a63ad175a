"""One pass over images through one network, keeping what the scores need and no more."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tfgen.data.pictures import from_uint8, to_uint8
from tfgen.data.progress import progress
from tfgen.errors import DivergenceError, TfgenError
from tfgen.evaluation.sources import Source
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.frechet import Moments, RunningMoments

NEEDS = ("moments", "features", "probabilities", "images")
"""What a pass can keep: moments in the memory of one batch, the others for all images."""


@dataclass(frozen=True, eq=False)
class Collected:
    """What a pass over images kept.

    Attributes:
        count: How many images there were.
        moments: Mean and covariance of the features.
        features: float32 (count, features).
        probabilities: float32 (count, classes), of an extractor that classifies.
        images: float32 (count, height, width, channels) in [-1, 1].
    """

    count: int
    moments: Moments | None = None
    features: np.ndarray | None = None
    probabilities: np.ndarray | None = None
    images: np.ndarray | None = None


def collect(
    source: Source,
    count: int,
    needs: frozenset[str],
    extractor: Extractor | None,
    *,
    quantise: bool = True,
    batch_size: int = 64,
) -> Collected:
    """Sends images through the extractor, once.

    Args:
        source: Where they come from.
        count: How many.
        needs: Some of `NEEDS`.
        extractor: What they go through; None if only the images are needed.
        quantise: Whether the images that are kept are rounded to bytes; the extractor has its own rule.
        batch_size: Images at a time.

    Raises:
        TfgenError: If fewer images come than `count`; DivergenceError if a value is not finite.
    """
    moments = RunningMoments() if "moments" in needs else None
    kept: dict[str, list[np.ndarray]] = {need: [] for need in NEEDS if need in needs and need != "moments"}
    seen = 0
    for batch in _batches(source, count, batch_size):
        seen += len(batch)
        if not np.isfinite(batch).all():
            raise DivergenceError(
                f"the images of {source.label} have values that are not finite; did the training diverge?"
            )
        if "images" in kept:
            kept["images"].append(from_uint8(to_uint8(batch)) if quantise else batch)
        if needs == {"images"}:
            continue
        found = extractor(batch)
        if moments is not None:
            moments.update(found.features)
        if "features" in kept:
            kept["features"].append(found.features)
        if "probabilities" in kept:
            kept["probabilities"].append(found.probabilities)
    if seen != count:
        raise TfgenError(f"{source.label} gave {seen:,} images and {count:,} were asked for; ask for fewer")
    arrays = {need: np.concatenate(pieces) for need, pieces in kept.items()}
    return Collected(count, moments=moments and moments.result(), **arrays)


def _batches(source: Source, count: int, batch_size: int) -> Iterator[np.ndarray]:
    batches = -(-count // batch_size)
    return progress(source.batches(count, batch_size), f"Scoring images of {source.label}", batches)
