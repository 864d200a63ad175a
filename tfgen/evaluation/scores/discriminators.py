"""What a discriminator has learned to see."""

import math

import keras
import numpy as np

from tfgen.data.progress import progress
from tfgen.errors import TfgenError
from tfgen.evaluation.score import Comparison, Metric, Value
from tfgen.evaluation.scores import METRICS
from tfgen.evaluation.sources import ImageSource, Source
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.probe import linear_probe

_GRID = 4


@METRICS.register("probe")
class DiscriminatorProbe(Metric):
    """Test accuracy of a linear classifier on a discriminator's features (Radford et al. 2015, arXiv 1511.06434)."""

    model_has = "discriminator"

    def __init__(self, training_images: int = 10_000):
        self.training_images = training_images

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        if (subject.model.card or {}).get("weights", {}).get("network"):
            raise TfgenError(f"{subject.label} was published without its discriminator; the probe needs one")
        if len(subject.model.discriminator.inputs) > 1:
            raise TfgenError(
                f"the probe shows a discriminator images alone, and that of {subject.label} is given labels too"
            )

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        reference = comparison.reference
        training = comparison.open_images(f"{reference.name}:train")
        count = min(self.training_images, len(training.images))
        if reference.split == "train":
            raise TfgenError(f"{reference.label} is what the probe is trained on; test it against another split")
        network = discriminator_features(comparison.model.discriminator)
        found = linear_probe(
            _features(network, training, count),
            training.labels(count),
            _features(network, reference, comparison.counts[1]),
            reference.labels(comparison.counts[1]),
            seed=comparison.seed,
        )
        error = math.sqrt(found.accuracy * (1 - found.accuracy) / comparison.counts[1])
        details = {"training": training.label, "training_images": count}
        return [Value("probe accuracy", found.accuracy, error, higher_is_better=True, details=details)]


def discriminator_features(discriminator: keras.Model) -> keras.Model:
    """A network that gives a discriminator's features, as Radford et al. (2015) take them.

    Of each resolution the last feature maps, max-pooled to about 4x4 and flattened, side by side; of a discriminator
    without feature maps, what its last layer sees.
    """
    maps = {}
    for layer in discriminator.layers:
        if not isinstance(layer, keras.layers.InputLayer) and len(layer.output.shape) == 4:
            maps[layer.output.shape[1:3]] = layer.output
    if not maps:
        return keras.Model(discriminator.input, discriminator.layers[-1].input)
    pooled = []
    for (height, width), output in maps.items():
        size = (math.ceil(height / _GRID), math.ceil(width / _GRID))
        pooled.append(keras.layers.Flatten()(keras.layers.MaxPooling2D(size, padding="same")(output)))
    return keras.Model(discriminator.input, keras.layers.Concatenate()(pooled) if len(pooled) > 1 else pooled[0])


def _features(network: keras.Model, source: ImageSource, count: int) -> np.ndarray:
    batches = progress(source.batches(count, 256), f"Scoring images of {source.label}", -(-count // 256))
    return np.concatenate([network.predict_on_batch(images) for images in batches])
