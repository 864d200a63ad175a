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

    uses_reference = False

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
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

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        if not 1 <= self.splits <= counts[0]:
            raise TfgenError(f"is.splits is {self.splits}; {counts[0]} images can be split into 1 to {counts[0]} parts")

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        # The parts have to be alike, and the images of a folder come class by class.
        order = np.random.default_rng(comparison.seed).permutation(comparison.counts[0])
        score = inception_score(comparison.generated.probabilities[order], splits=self.splits)
        error = score.standard_error if self.splits > 1 else None
        return [Value("IS", score.value, error, higher_is_better=True)]


@METRICS.register("modes")
class Modes(ClassMetric):
    """Number of classes hit, and KL divergence in nats of the class histogram to the uniform one."""

    def __init__(self, minimum_samples: int = 1, minimum_confidence: float = 0.0):
        self.minimum_samples = minimum_samples
        self.minimum_confidence = minimum_confidence

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        found = mode_coverage(comparison.generated.probabilities, **vars(self))
        shares = {"class_shares": (found.histogram / found.histogram.sum()).round(6).tolist()}
        return [
            Value("modes", found.modes, higher_is_better=True),
            Value("KL to uniform", found.kl_to_uniform, details=shares),
        ]


@METRICS.register("accuracy")
class Accuracy(Metric):
    """Share of the reference's images that a classifier puts into their class."""

    model_has = "classify"

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        labels = comparison.reference.labels(comparison.counts[1])
        batches = (
            next(comparison.model.in_batches("serving_default", batch)) for batch in comparison.reference_batches()
        )
        found = classification_scores(np.concatenate(list(batches)), labels)
        return [Value("accuracy", found.accuracy, found.standard_error, higher_is_better=True)]
