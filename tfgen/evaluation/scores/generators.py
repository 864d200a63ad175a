"""Metrics that ask a generator: how smooth it is, what it can make, what it has copied."""

from typing import Any

import numpy as np

from tfgen.data.pictures import from_uint8, paired_grid
from tfgen.errors import TfgenError
from tfgen.evaluation.score import Comparison, Metric, Value
from tfgen.evaluation.scores import METRICS
from tfgen.evaluation.sources import ModelSource, Source
from tfgen.evaluation.statistics import reference_statistics
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.inversion import invert, recovered_share
from tfgen.metrics.memorisation import memorisation_scores, nearest_pairs, nearest_training
from tfgen.metrics.path_length import perceptual_path_length

_PICTURE_PIXELS = 800


@METRICS.register("ppl")
class PerceptualPathLength(Metric):
    """Path length in the extractor's features, over unrounded images (Karras et al. 2019, arXiv 1812.04948)."""

    model_has = "sample_batches"
    uses_extractor = True
    uses_reference = False

    def __init__(self, paths: int = 1000, epsilon: float = 1e-4):
        self.paths = paths
        self.epsilon = epsilon

    def protocol(self, extractor: Extractor, image_shape: tuple[int, int, int]) -> dict[str, str]:  # noqa: D102
        return extractor.unrounded().protocol(image_shape)

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        model = comparison.model
        # Rounded to bytes, two images so near would be one.
        extractor = comparison.extractor.unrounded()

        def distance(images: np.ndarray, others: np.ndarray) -> np.ndarray:
            features, other_features = (extractor(part).features.astype(np.float64) for part in (images, others))
            return np.square(features - other_features).sum(axis=1)

        def generate(latents: np.ndarray) -> np.ndarray:
            # Both ends of a step have one label.
            labels = model.default_labels(len(latents))
            return next(model.in_batches("serving_default", *model.sampling_inputs(latents, labels)))

        first, second = (np.asarray(model.latents(self.paths, (comparison.seed, index))) for index in (1, 2))
        found = perceptual_path_length(
            generate,
            distance,
            lambda *arguments: np.asarray(model.interpolate(*arguments)),
            first,
            second,
            epsilon=self.epsilon,
            seed=comparison.seed,
        )
        return [Value("PPL", found.mean, found.standard_error)]


@METRICS.register("inversion")
class Recovery(Metric):
    """Share of reference images x with a z so that G(z) comes within a root mean square of x; pixels in [0, 1]."""

    model_has = "sample_batches"

    def __init__(self, images: int = 256, threshold: float = 0.1, steps: int = 500, restarts: int = 2):
        self.images = images
        self.threshold = threshold
        self.steps = steps
        self.restarts = restarts

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        if hasattr(subject.model, "num_classes"):
            raise TfgenError(f"inversion looks for latents alone, and {subject.label} draws by labels too")

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        count = min(self.images, comparison.counts[1])
        images = next(comparison.reference.batches(count, count))
        model = comparison.model
        found = invert(
            model.generate,
            images,
            model.latents,
            steps=self.steps,
            restarts=self.restarts,
            bound=model.prior.bound,
            seed=comparison.seed,
        )
        distances = found.distances / np.sqrt(np.prod(images.shape[1:]))
        return [
            Value(
                "recovered share",
                recovered_share(distances, self.threshold),
                higher_is_better=True,
                real=count,
            ),
            Value("median distance of recovery", float(np.median(distances)), real=count),
        ]


@METRICS.register("memorisation")
class Memorisation(Metric):
    """Distance of samples to their nearest training images beside that of the reference's; draws the nearest pairs."""

    needs = frozenset({"features", "images"})

    def __init__(self, training: str = "", quantile: float = 0.05, pairs: int = 32):
        self.training = training
        self.quantile = quantile
        self.pairs = pairs

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        if not self.training and not (isinstance(subject, ModelSource) and subject.recipe):
            raise TfgenError(
                f"say what {subject.label} was trained on, for example --set memorisation.training=fashion_mnist:train"
            )

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        training = comparison.open_images(self.training or _training_data(comparison.subject))
        count = len(training.images)
        batch = reference_statistics(training, count, frozenset({"features"}), comparison.extractor)
        generated = nearest_training(batch.features, comparison.generated.features)
        held_out = nearest_training(batch.features, comparison.real.features)
        found = memorisation_scores(generated, held_out, quantile=self.quantile)
        pairs = nearest_pairs(generated, count=min(self.pairs, len(generated.indices)))
        neighbours = from_uint8(np.stack([training.images.images[index] for index in pairs.training]))
        picture = paired_grid(comparison.generated.images[pairs.generated], neighbours)
        # Small images, shown so large that a person sees whether two are one.
        zoom = max(1, _PICTURE_PIXELS // picture.shape[1])
        comparison.pictures["nearest_training_images"] = picture.repeat(zoom, axis=0).repeat(zoom, axis=1)
        values = {
            "ratio of nearest distances": found.ratio,
            "share near training": found.share_near,
            "median distance to training": found.median_generated,
            "median distance of the reference": found.median_held_out,
        }
        details = {"training": training.label, "training_images": count}
        # Near is copied, and far is noise.
        return [Value(name, value, higher_is_better=None, details=details) for name, value in values.items()]


def _training_data(subject: Any) -> str:
    data = subject.recipe.table["data"]
    return f"{data['name']}:{data.get('split', 'train')}"
