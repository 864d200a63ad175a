"""Metrics that compare pixels."""

import dataclasses

import numpy as np

from tfgen.errors import TfgenError
from tfgen.evaluation.score import Comparison, Metric, Value, check_equal
from tfgen.evaluation.scores import METRICS
from tfgen.evaluation.sources import Source
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.ms_ssim import ms_ssim_diversity
from tfgen.metrics.sliced_wasserstein import sliced_wasserstein_distance


@METRICS.register("ms_ssim")
class MultiScaleSSIM(Metric):
    """Mean MS-SSIM of random pairs of samples: low is diverse (Odena et al. 2017, arXiv 1610.09585)."""

    needs = frozenset({"images"})

    def __init__(self, pairs: int = 1000):
        self.pairs = pairs

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        if min(counts) < 2 * self.pairs or self.pairs < 2:
            raise TfgenError(
                f"ms_ssim makes {self.pairs} pairs, 2 or more, of {min(counts)} images; score more of them, or lower "
                "ms_ssim.pairs"
            )

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        return [
            self._diversity("MS-SSIM", comparison.generated.images, comparison.seed),
            dataclasses.replace(
                self._diversity("MS-SSIM of the reference", comparison.real.images, comparison.seed),
                higher_is_better=None,
            ),
        ]

    def _diversity(self, name: str, images: np.ndarray, seed: int) -> Value:
        found = ms_ssim_diversity(images, pairs=self.pairs, seed=seed)
        return Value(f"{name}, {found.levels} scales", found.mean, found.standard_error)


@METRICS.register("swd")
class SlicedWasserstein(Metric):
    """Sliced Wasserstein distance of Laplacian patches, by level (Karras et al. 2018, arXiv 1710.10196)."""

    needs = frozenset({"images"})

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:  # noqa: D102
        super().check(subject, extractor, counts)
        check_equal("swd", counts)

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        found = sliced_wasserstein_distance(comparison.real.images, comparison.generated.images, seed=comparison.seed)
        levels = found.levels.items() if len(found.levels) > 1 else ()
        return [Value("SWD", found.value), *(Value(f"SWD at {height} pixels", level) for height, level in levels)]
