"""What a metric says of itself, so that one pass can serve many."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tfgen.errors import TfgenError
from tfgen.evaluation.collecting import Collected
from tfgen.evaluation.sources import ImageSource, ModelSource, Source
from tfgen.metrics.features.extractor import Extractor


@dataclass(frozen=True)
class Value:
    """One number of a metric.

    Attributes:
        name: What papers call it.
        value: The number.
        standard_error: Its standard error, where the method gives one.
        higher_is_better: Whether a larger value is the better one.
        images: How many images of either side it rests on, if not on all that the comparison has.
    """

    name: str
    value: float
    standard_error: float | None = None
    higher_is_better: bool = False
    images: int | None = None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Everything that a metric may look at.

    Attributes:
        subject: What is scored.
        reference: What it is compared with.
        generated: What the pass over the subject's images kept.
        real: What the pass over the reference's images kept.
        extractor: The network that both passed through.
        counts: How many images of the subject and of the reference count.
        seed: Of whatever a metric draws.
        open_images: Opens another data set by name, at the subject's size.
        pictures: uint8 pictures by name, put there by metrics that make one.
    """

    subject: Source
    reference: ImageSource
    generated: Collected | None
    real: Collected | None
    extractor: Extractor
    counts: tuple[int, int]
    seed: int
    open_images: Callable[[str], ImageSource]
    pictures: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def model(self) -> Any:
        """The subject's model."""
        return self.subject.model

    def reference_batches(self, batch_size: int = 256) -> Iterator[np.ndarray]:
        """The reference's images, float32 in [-1, 1], batch by batch."""
        return self.reference.batches(self.counts[1], batch_size)


class Metric:
    """A metric of `tfgen evaluate`: what it needs of the pass, and the numbers that it makes of that.

    A subclass registers itself in `METRICS`; its constructor's arguments are the metric's constants.
    """

    needs: frozenset[str] = frozenset()
    """What the pass keeps for it, of both sides: some of `collecting.NEEDS`; none for one that asks the model."""

    model_has: str = ""
    """The method or attribute that a model needs for it; empty for a metric that compares images."""

    def protocol(self, extractor: Extractor) -> Mapping[str, str] | None:
        """What results say of the extractor; None if the numbers do not depend on it."""
        return extractor.protocol if self.needs - {"images"} else None

    @property
    def settings(self) -> Mapping[str, Any]:
        """The metric's constants, as results print them."""
        return vars(self)

    def check(self, subject: Source, extractor: Extractor) -> None:
        """Says before the pass what `compute` could not do.

        Raises:
            TfgenError: If the subject or the extractor is not what the metric needs.
        """
        name = type(self).__name__
        if self.model_has and not (isinstance(subject, ModelSource) and hasattr(subject.model, self.model_has)):
            raise TfgenError(f"{name} asks a model with `{self.model_has}`, and {subject.label} is not one")

    def compute(self, comparison: Comparison) -> list[Value]:
        """The metric's numbers."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes")
