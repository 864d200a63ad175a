"""Metrics of classes: what a classifier sees in samples, and what models see in labelled images."""

import numpy as np

from tfgen.errors import TfgenError
from tfgen.evaluation.score import Comparison, Metric, Value
from tfgen.evaluation.scores import METRICS
from tfgen.evaluation.sources import Source
from tfgen.metrics.classification import classification_scores
from tfgen.metrics.clustering import clustering_accuracy
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


@METRICS.register("label_accuracy")
class LabelAccuracy(ClassMetric):
    """Share of a conditional model's samples that a classifier puts into the class that was asked for."""

    model_has = "num_classes"

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        if subject.model.default_labels(1) is None:
            raise TfgenError(
                f"label_accuracy is of samples of the classes in turn, and {subject.label} draws from its whole prior "
                "where no class is asked for; take a model that always is told one"
            )
        classes = subject.model.num_classes
        if extractor.classes != classes:
            raise TfgenError(
                f"{subject.label} knows {classes} classes and {extractor.name} {extractor.classes}; choose a "
                "classifier of the same classes as --extractor"
            )
        if counts[0] < classes:
            raise TfgenError(
                f"{counts[0]} samples of {subject.label} do not show its {classes} classes; ask for more by --samples"
            )

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        labels = np.asarray(comparison.model.default_labels(comparison.counts[0]))
        found = classification_scores(comparison.generated.probabilities, labels)
        by_class = {"accuracy_by_class": found.recall.round(6).tolist()}
        return [Value("label accuracy", found.accuracy, found.standard_error, higher_is_better=True, details=by_class)]


@METRICS.register("code_accuracy")
class CodeAccuracy(Metric):
    """Accuracy of InfoGAN's categories on the reference, each standing for the class that suits the whole best."""

    model_has = "codes"

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        if not subject.model.prior.categories:
            raise TfgenError(f"{subject.label} has no categorical code, so there are no categories to be classes")

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        model = comparison.model
        labels = comparison.reference.labels(comparison.counts[1])
        codes = np.concatenate([next(model.in_batches("codes", batch)) for batch in comparison.reference_batches()])
        found = clustering_accuracy(codes[:, : model.prior.categories[0]].argmax(axis=1), labels)
        classes = {"class_of_category": found.assignment.tolist()}
        return [Value("code accuracy", found.accuracy, found.standard_error, higher_is_better=True, details=classes)]


@METRICS.register("accuracy")
class Accuracy(Metric):
    """Share of the reference's images that a classifier puts into their class."""

    model_has = "classify"

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        labels = comparison.reference.labels(comparison.counts[1])
        batches = [np.asarray(comparison.model.classify(batch)) for batch in comparison.reference_batches()]
        found = classification_scores(np.concatenate(batches), labels)
        return [Value("accuracy", found.accuracy, found.standard_error, higher_is_better=True)]
