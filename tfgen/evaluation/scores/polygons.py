"""The manifold of "Are GANs Created Equal?"."""

from functools import cache

from tfgen.evaluation.score import Comparison, Metric, Value
from tfgen.evaluation.scores import METRICS
from tfgen.metrics.polygon_manifold import PolygonManifold, polygon_scores


@METRICS.register("polygons")
class Polygons(Metric):
    """Precision, recall and F1 on the manifold of triangles, by tfgen's own definition (after Lucic et al. 2018)."""

    model_has = "sample_batches"

    def __init__(
        self,
        images: int = 1024,
        threshold: float = 0.75,
        steps: int = 500,
        restarts: int = 2,
    ):
        self.images = images
        self.threshold = threshold
        self.steps = steps
        self.restarts = restarts

    def compute(self, comparison: Comparison) -> list[Value]:  # noqa: D102
        count = min(self.images, comparison.counts[1])
        model = comparison.model
        rotation = comparison.reference.options.get("rotation", "published")
        found = polygon_scores(
            _manifold(rotation),
            model.sample(self.images, seed=comparison.subject.seed),
            next(comparison.reference.batches(count, count)),
            model.generate,
            model.latents,
            threshold=self.threshold,
            steps=self.steps,
            restarts=self.restarts,
            bound=model.prior.bound,
            seed=comparison.seed,
        )
        return [
            Value(f"polygon {name}", value, higher_is_better=True, drawn=self.images, real=count)
            for name, value in found._asdict().items()
        ]


@cache
def _manifold(rotation: str) -> PolygonManifold:
    return PolygonManifold(rotation=rotation)
