"""Metrics that read a classifier's probabilities."""

import numpy as np

from tfgen.errors import TfgenError
from tfgen.evaluation.score import Comparison, Metric, Value
from tfgen.evaluation.scores import METRICS
from tfgen.evaluation.sources import Source
from tfgen.metrics.classification import classification_scores
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.inception import inception_score
from tfgen.metrics.modes import mode_coverage


class ClassMetric(Metric):
    """A metric that needs an extractor with class probabilities."""

    needs = frozenset({"probabilities"})

    def check(self, subject: Source, extractor: Extractor) -> None:  # noqa: D102
        super().check(subject, extractor)
        if not extractor.classes:
            raise TfgenError(
                f"{extractor.name} gives no class probabilities; choose a classifier (`tfgen list zoo '*_classifier'`) "
                "or inception_2015_logits as --extractor"
            )


@METRICS.register("is")
class InceptionScore(ClassMetric):
    """Inception Score (Salimans et al. 2016, arXiv 1606.03498)."""

    def __init__(self, splits: int = 10):
        self.splits = splits

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        score = inception_score(comparison.generated.probabilities, splits=self.splits)
        return [Value("IS", score.value, score.standard_error, higher_is_better=True)]


@METRICS.register("modes")
class Modes(ClassMetric):
    """Number of classes hit, and KL divergence in nats of the class histogram to the uniform one."""

    def __init__(self, minimum_samples: int = 1, minimum_confidence: float = 0.0):
        self.minimum_samples = minimum_samples
        self.minimum_confidence = minimum_confidence

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        found = mode_coverage(comparison.generated.probabilities, **vars(self))
        shares = found.histogram / found.histogram.sum()
        return [
            Value("modes", found.modes, higher_is_better=True),
            Value("KL to uniform", found.kl_to_uniform),
            *(Value(f"share of class {index}", share) for index, share in enumerate(shares)),
        ]


@METRICS.register("accuracy")
class Accuracy(Metric):
    """Share of the reference's images that a classifier puts into their class."""

    model_has = "classify"

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        labels = comparison.reference.images.labels
        if labels is None:
            raise TfgenError(f"{comparison.reference.label} has no labels; accuracy needs a data set that has them")
        batches = (
            next(comparison.model.in_batches("serving_default", batch)) for batch in comparison.reference_batches()
        )
        found = classification_scores(np.concatenate(list(batches)), labels[: comparison.counts[1]])
        return [Value("accuracy", found.accuracy, found.standard_error, higher_is_better=True)]
