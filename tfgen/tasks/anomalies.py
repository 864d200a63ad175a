"""Images that a model finds unusual: scores, a threshold, and where in an image the error sits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter

from tfgen.data.image_set import ImageSet
from tfgen.errors import TfgenError
from tfgen.latent.encoding import served_batches
from tfgen.latent.generating import needs_labels
from tfgen.models.autoencoder_model import AutoencoderModel

SMOOTHING = 1.0
"""Standard deviation, in pixels, of the blur before an error is squared, where nothing else is said."""


class ErrorMaps(NamedTuple):
    """Where the error of reconstructions sits.

    Attributes:
        reconstructions: float32 `(n, height, width, channels)` in [-1, 1].
        errors: float32 `(n, height, width)`, the squared error at each pixel, between 0 and 4, mean over the channels.
    """

    reconstructions: np.ndarray
    errors: np.ndarray


@dataclass(frozen=True)
class AnomalyDetector:
    """Flags the images that score higher than almost all normal ones.

    Attributes:
        model: Trained on normal images.
        threshold: Scores above it are anomalous.
        smoothing: A number for the mean of `error_maps`: the squared error after a blur by that many pixels, which
            overlooks edges that are off by a little. None for the model's own `anomaly_score`; under a Bernoulli
            likelihood that is high for all grey images.
    """

    model: AutoencoderModel
    threshold: float
    smoothing: float | None = SMOOTHING

    @classmethod
    def fit(
        cls,
        model: AutoencoderModel,
        normal: ImageSet,
        *,
        quantile: float = 0.95,
        smoothing: float | None = SMOOTHING,
    ) -> "AnomalyDetector":
        """The detector that takes a given share of normal images for normal.

        Args:
            model: As for the class.
            normal: Normal images; best such that the model was not trained on, for those score lower.
            quantile: That share, above 0 and below 1.
            smoothing: As for the class.

        Raises:
            ValueError: If the quantile is not such a number, or as `anomaly_scores`.
            TfgenError: As `anomaly_scores`.
        """
        return cls(model, threshold_of(anomaly_scores(model, normal, smoothing), quantile), smoothing)

    def score(self, images: ImageSet) -> np.ndarray:
        """How unusual each image is, float64 `(n,)`."""
        return anomaly_scores(self.model, images, self.smoothing)

    def flag(self, images: ImageSet) -> np.ndarray:
        """Whether each image is anomalous, bool `(n,)`."""
        return self.score(images) > self.threshold


def threshold_of(normal_scores: np.ndarray, quantile: float = 0.95) -> float:
    """The score that a share of normal images, above 0 and below 1, do not exceed.

    Raises:
        ValueError: If the quantile is not such a number.
    """
    if not 0 < quantile < 1:
        raise ValueError(f"quantile is {quantile}; it is above 0 and below 1, the share of normal images to accept")
    return float(np.quantile(normal_scores, quantile))


def anomaly_scores(model: AutoencoderModel, images: ImageSet, smoothing: float | None = SMOOTHING) -> np.ndarray:
    """How unusual each image is to a model.

    Args:
        model: A trained autoencoder or VAE that takes no labels.
        images: Of the model's shape.
        smoothing: As for `AnomalyDetector`.

    Returns:
        float64 `(n,)`, high for anomalies; from 0 to 4 without a unit, or in the unit of the model's loss.

    Raises:
        ValueError: If the images are not of the model's shape, it needs labels, or smoothing is negative.
        TfgenError: If a score is not finite.
    """
    if smoothing is not None:
        maps = _maps(model, images, smoothing, "scoring images")
        return np.concatenate([errors.mean(axis=(1, 2), dtype=np.float64) for _, errors in maps])
    scores = np.concatenate([found for _, found in _in_batches(model, "anomaly_score", images, "scoring images")])
    return _finite(scores, images).astype(np.float64)


def error_maps(model: AutoencoderModel, images: ImageSet, smoothing: float = SMOOTHING) -> ErrorMaps:
    """What a model makes of images, and the squared error of it, pixel by pixel.

    Args:
        model: As for `anomaly_scores`.
        images: Likewise.
        smoothing: Standard deviation, in pixels, of the Gaussian that the error is blurred by before it is squared; 0
            for none.

    Raises:
        ValueError: As `anomaly_scores`.
        TfgenError: If an error is not finite.
    """
    reconstructions, errors = zip(*_maps(model, images, smoothing, "reconstructing images"), strict=True)
    return ErrorMaps(np.concatenate(reconstructions), np.concatenate(errors))


def _maps(model: AutoencoderModel, images: ImageSet, smoothing: float, description: str) -> Iterator[ErrorMaps]:
    """Error maps batch by batch."""
    if not smoothing >= 0:
        raise ValueError(f"smoothing is {smoothing}; it is a number of pixels, 0 or more")
    for given, reconstructions in _in_batches(model, "reconstruct", images, description):
        blurred = gaussian_filter(given - reconstructions, smoothing, axes=(1, 2))
        yield ErrorMaps(reconstructions, _finite(np.square(blurred).mean(axis=-1), images))


def _in_batches(
    model: AutoencoderModel, signature: str, images: ImageSet, description: str
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Images in [-1, 1], and what a served function gives for them, batch by batch."""
    if needs_labels(model, signature):
        raise ValueError(
            f"a {type(model).__name__} is told the class of each image; models that are not can find anomalies"
        )
    return served_batches(model, signature, images, description=description)


def _finite(values: np.ndarray, images: ImageSet) -> np.ndarray:
    if not np.isfinite(values).all():
        raise TfgenError(f"the errors of {images.origin} are not all finite; did the training diverge?")
    return values
