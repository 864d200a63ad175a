"""Metrics that compare two clouds of features."""

from absl import logging

from tfgen.errors import TfgenError
from tfgen.evaluation.score import Comparison, Metric, Value, check_equal
from tfgen.evaluation.scores import METRICS
from tfgen.evaluation.sources import Source
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.frechet import frechet_distance
from tfgen.metrics.kid import kernel_distance
from tfgen.metrics.manifold import manifold_scores
from tfgen.metrics.prd import prd_curve, prd_f_beta
from tfgen.metrics.precision_recall import improved_precision_recall


@METRICS.register("fid")
class FrechetInceptionDistance(Metric):
    """Fréchet distance of Gaussians fitted to the features (Heusel et al. 2017, arXiv 1706.08500)."""

    needs = frozenset({"moments"})

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        width = len(comparison.real.moments.mean)
        if min(comparison.counts) <= width:
            logging.warning(
                "%d images are few for a covariance of %d features: this FID compares only with one of equally many",
                min(comparison.counts),
                width,
            )
        return [Value("FID", frechet_distance(comparison.real.moments, comparison.generated.moments))]


@METRICS.register("kid")
class KernelInceptionDistance(Metric):
    """Unbiased kernel distance of the features (Bińkowski et al. 2018, arXiv 1801.01401)."""

    needs = frozenset({"features"})

    def __init__(self, subset_size: int = 1000):
        self.subset_size = subset_size

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        if min(counts) < 2 * self.subset_size:
            raise TfgenError(
                f"kid takes 2 subsets of {self.subset_size} images or more of either side, and there are "
                f"{min(counts)}; score more images, or lower kid.subset_size"
            )

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        real, generated = comparison.real.features, comparison.generated.features
        distance = kernel_distance(real, generated, subset_size=self.subset_size, seed=comparison.seed)
        return [Value("KID", distance.value, distance.standard_error)]


@METRICS.register("prd")
class PrecisionRecallDistributions(Metric):
    """PRD: F8 weighs recall, F1/8 precision (Sajjadi et al. 2018, arXiv 1806.00035)."""

    needs = frozenset({"features"})

    def __init__(self, clusters: int = 20, angles: int = 1001, runs: int = 10):
        self.clusters = clusters
        self.angles = angles
        self.runs = runs

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        check_equal("prd", counts)
        if min(counts) < self.clusters:
            raise TfgenError(f"prd makes {self.clusters} clusters of {min(counts)} images; score more of them")

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        real, generated = comparison.real.features, comparison.generated.features
        scores = prd_f_beta(prd_curve(real, generated, **vars(self), seed=comparison.seed))
        return [
            Value("PRD F8", scores.f_8, higher_is_better=True),
            Value("PRD F1/8", scores.f_1_8, higher_is_better=True),
        ]


@METRICS.register("pr")
class ImprovedPrecisionRecall(Metric):
    """Improved precision and recall (Kynkäänniemi et al. 2019, arXiv 1904.06991)."""

    needs = frozenset({"features"})

    def __init__(self, k: int = 3):
        self.k = k

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        _check_neighbours("pr", self.k, counts)

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        found = improved_precision_recall(comparison.real.features, comparison.generated.features, k=self.k)
        return [Value(name, value, higher_is_better=True) for name, value in found._asdict().items()]


@METRICS.register("prdc")
class PrecisionRecallDensityCoverage(Metric):
    """Improved precision and recall, with density and coverage (Naeem et al. 2020, arXiv 2002.09797), in one go."""

    needs = frozenset({"features"})

    def __init__(self, precision_recall_k: int = 3, density_coverage_k: int = 5):
        self.precision_recall_k = precision_recall_k
        self.density_coverage_k = density_coverage_k

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        _check_neighbours("prdc", max(vars(self).values()), counts)

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        found = manifold_scores(comparison.real.features, comparison.generated.features, **vars(self))
        return [Value(name, value, higher_is_better=True) for name, value in found._asdict().items()]


def _check_neighbours(metric: str, k: int, counts: tuple[int, int]) -> None:
    if not 1 <= k < min(counts):
        raise TfgenError(
            f"{metric} looks at {k} neighbours of {min(counts)} images; k is from 1 to one less than those"
        )
