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
        higher_is_better: Whether a larger value is the better one; None where neither direction is.
        drawn: How many of the subject's images it rests on, if not on those of the pass.
        real: How many reference images it rests on, if not on all of them.
        details: What else it rests on, beside the metric's constants.
    """

    name: str
    value: float
    standard_error: float | None = None
    higher_is_better: bool | None = False
    drawn: int | None = None
    real: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Everything that a metric may look at.

    Attributes:
        subject: What is scored.
        reference: What it is compared with.
        generated: What the pass over the subject's images kept.
        real: What the pass over the reference's images kept.
        extractor: The network that both passed through; None if no metric needs one.
        counts: How many images of the subject and of the reference count.
        seed: Of whatever a metric draws.
        open_images: Opens another data set by name, at the subject's size.
        pictures: uint8 pictures by name, put there by metrics that make one.
    """

    subject: Source
    reference: ImageSource
    generated: Collected
    real: Collected
    extractor: Extractor | None
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
    """What the pass over the subject's images keeps for it: some of `collecting.NEEDS`; none if it asks the model."""

    uses_reference: bool = True
    """Whether the reference is looked at, in the same way."""

    model_has: str = ""
    """The method or attribute that a model needs for it; empty for a metric that compares images."""

    @property
    def uses_extractor(self) -> bool:
        """Whether its numbers depend on the extractor."""
        return bool(self.needs - {"images"})

    def protocol(self, extractor: Extractor, image_shape: tuple[int, int, int]) -> Mapping[str, str]:
        """What results say of the extractor."""
        return extractor.protocol(image_shape)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The metric's constants, as results print them."""
        return vars(self)

    def check(self, subject: Source, extractor: Extractor | None, counts: tuple[int, int]) -> None:
        """Says before the pass what `compute` could not do.

        Args:
            subject: What is to be scored.
            extractor: The network, if any metric needs one.
            counts: How many images of the subject and of the reference.

        Raises:
            TfgenError: If one of them is not what the metric needs.
        """
        name = type(self).__name__
        if self.model_has and not (isinstance(subject, ModelSource) and hasattr(subject.model, self.model_has)):
            raise TfgenError(f"{name} asks a model with `{self.model_has}`, and {subject.label} is not one")
        draws = isinstance(subject, ImageSource) or hasattr(subject.model, "sample_batches")
        if self.needs and not draws:
            raise TfgenError(f"{subject.label} is a {type(subject.model).__name__} and draws no images for {name}")
        if self.needs and counts[0] < 2:
            raise TfgenError(
                f"{counts[0]} image of {subject.label} is asked for; scores of a distribution need 2 or more"
            )

    def compute(self, comparison: Comparison) -> list[Value]:
        """The metric's numbers."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes")


def check_equal(metric: str, counts: tuple[int, int]) -> None:
    """Refuses unequal numbers of images.

    Raises:
        TfgenError: Saying how to make them equal.
    """
    if counts[0] != counts[1]:
        raise TfgenError(
            f"{metric} takes as many images of one side as of the other, and there are {counts[0]:,} and "
            f"{counts[1]:,}; set --samples and --reference-samples"
        )
