"""Many scores from one pass."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tfgen.errors import TfgenError
from tfgen.evaluation.collecting import Collected, collect
from tfgen.evaluation.extractors import default_extractor, find_extractor
from tfgen.evaluation.result import Result
from tfgen.evaluation.score import Comparison, Metric, Value
from tfgen.evaluation.scores import METRICS
from tfgen.evaluation.sources import ImageSource, Source, open_images, open_reference, open_subject
from tfgen.evaluation.statistics import reference_statistics
from tfgen.metrics.features.extractor import Extractor

# One network; the second name has its class probabilities too.
_STANDARD = ("inception_2015", "inception_2015_logits")


class Evaluation:
    """Metrics, an extractor and reference images, ready for any number of subjects.

    Args:
        metrics: Names of metrics (`tfgen list metrics`).
        reference: What subjects are compared with.
        extractor: The network that sees the images.
        reference_samples: How many reference images, from the first on; None for all.
        seed: Of what metrics draw (subsets, projections); a model's samples have their own.
        settings: Constants of the metrics: `{"kid": {"subset_size": 500}}`.
        batch_size: Images at a time.
        data_dir: Where data sets are looked for first.

    Raises:
        TfgenError: If a metric or a setting does not exist, or the reference has too few images.
    """

    def __init__(
        self,
        metrics: Sequence[str],
        reference: ImageSource,
        extractor: Extractor,
        *,
        reference_samples: int | None = None,
        seed: int = 0,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        batch_size: int = 64,
        data_dir: Path | None = None,
    ):
        self.metrics = make_metrics(metrics, settings or {})
        self.reference = reference
        self.extractor = extractor
        self.reference_count = reference.count(reference_samples)
        if self.reference_count < 2:
            raise TfgenError(f"{reference.label} has {self.reference_count} image; scores of a distribution need 2")
        self.seed = seed
        self.batch_size = batch_size
        self.data_dir = data_dir
        self.needs = frozenset().union(*(metric.needs for metric in self.metrics.values()))
        self._real: Collected | None = None

    def __call__(self, subject: Source, samples: int | None = None, step: int | None = None) -> list[Result]:
        """Scores a subject.

        Args:
            subject: What is scored.
            samples: How many of its images; None for 10,000 of a model and all of an image source.
            step: The training step, to be noted in the results.

        Returns:
            The results, in the order of the metrics.

        Raises:
            TfgenError: If the subject has not what a metric needs.
        """
        return self.compare(subject, samples, step)[0]

    def compare(
        self, subject: Source, samples: int | None = None, step: int | None = None
    ) -> tuple[list[Result], Comparison]:
        """As a call, with the comparison that the results come from, whose `pictures` the metrics filled."""
        for metric in self.metrics.values():
            metric.check(subject, self.extractor)
        count = subject.count(samples)
        began = time.perf_counter()
        generated = None
        if self.needs:
            if count < 2:
                raise TfgenError(
                    f"{count} image of {subject.label} is asked for; scores of a distribution need 2 or more"
                )
            # The subject first: what is wrong with it is known before the reference is kept.
            generated = self._pass(collect, subject, count)
            if self._real is None:
                self._real = self._pass(reference_statistics, self.reference, self.reference_count)
        pass_seconds = time.perf_counter() - began
        counts = (count, self.reference_count)
        comparison = Comparison(
            subject,
            self.reference,
            generated,
            self._real,
            self.extractor,
            counts,
            self.seed,
            self._open_images(subject),
        )
        results = []
        for name, metric in self.metrics.items():
            began = time.perf_counter()
            values = metric.compute(comparison)
            seconds = time.perf_counter() - began + (pass_seconds if metric.needs else 0.0)
            results += [self._result(name, value, comparison, seconds, step) for value in values]
        return results, comparison

    def _result(self, name: str, value: Value, comparison: Comparison, seconds: float, step: int | None) -> Result:
        metric, subject = self.metrics[name], comparison.subject
        protocol = metric.protocol(self.extractor)
        drawn, real = comparison.counts if value.images is None else (value.images, value.images)
        # A metric that asks the model needs no samples of it.
        images = {"images": drawn} if metric.needs or value.images else {}
        return Result(
            name=value.name if protocol is None else score_name(value.name, self.extractor),
            value=float(value.value),
            standard_error=None if value.standard_error is None else float(value.standard_error),
            metric=name,
            higher_is_better=value.higher_is_better,
            settings=dict(metric.settings),
            subject={"name": subject.label, **images, **subject.protocol()},
            reference={"name": self.reference.label, "images": real, **self.reference.protocol()},
            extractor=protocol,
            seconds=round(seconds, 2),
            step=step,
        )

    def _pass(self, how: Callable[..., Collected], source: Source, count: int) -> Collected:
        return how(source, count, self.extractor, self.needs, batch_size=self.batch_size)

    def _open_images(self, subject: Source) -> Callable[[str], ImageSource]:
        recipe = getattr(subject, "recipe", None)
        shape = subject.image_shape
        return lambda name: open_images(name, data_dir=self.data_dir, image_shape=shape, recipe=recipe)


def evaluate(
    subject: str | Source,
    against: str | ImageSource | None = None,
    metrics: Sequence[str] = ("fid",),
    *,
    samples: int | None = None,
    reference_samples: int | None = None,
    extractor: str | Extractor | None = None,
    seed: int = 0,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    batch_size: int = 64,
    data_dir: Path | None = None,
) -> list[Result]:
    """Scores a checkpoint, a run, a data set, a folder, a zip or an array against reference images.

    Args:
        subject: As `open_subject` takes it, or a source.
        against: As `open_reference` takes it, or a source; None is the test split that the model's recipe names.
        metrics: Names of metrics (`tfgen list metrics`).
        samples: How many images of the subject; None for 10,000 of a model and all of a set.
        reference_samples: How many reference images, from the first on; None for all.
        extractor: As `find_extractor` takes it; None is the classifier of the reference's data set if the zoo has
            one, else `inception_2015`.
        seed: Of the samples, and of what metrics draw.
        settings: Constants of the metrics: `{"kid": {"subset_size": 500}}`.
        batch_size: Images at a time.
        data_dir: Where data sets are looked for first.

    Returns:
        The results, in the order of the metrics.

    Raises:
        TfgenError: If something is not there, does not fit, or has too few images; the message says which.
    """
    subject = open_subject(subject, seed=seed, data_dir=data_dir) if isinstance(subject, str) else subject
    if not isinstance(against, ImageSource):
        against = open_reference(against, subject, data_dir=data_dir)
    if not isinstance(extractor, Extractor):
        extractor = find_extractor(extractor or default_extractor(against))
    evaluation = Evaluation(
        metrics,
        against,
        extractor,
        reference_samples=reference_samples,
        seed=seed,
        settings=settings,
        batch_size=batch_size,
        data_dir=data_dir,
    )
    return evaluation(subject, samples)


def make_metrics(names: Sequence[str], settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Metric]:
    """Metrics by name, with their constants.

    Raises:
        TfgenError: If a metric or a constant does not exist.
    """
    metrics = {}
    for name in names:
        try:
            metrics[name] = METRICS.get(name)(**settings.get(name, {}))
        except KeyError as error:
            raise TfgenError(str(error)) from error
        except (TypeError, ValueError) as error:
            raise TfgenError(f"metric {name}: {error}") from error
    if unused := sorted(settings.keys() - metrics.keys()):
        raise TfgenError(f"settings are given for {unused[0]}, which is not among the metrics {', '.join(metrics)}")
    return metrics


def score_name(name: str, extractor: Extractor) -> str:
    """What a score is called: by its name alone only where FID's own Inception saw the images."""
    return name if extractor.name in _STANDARD else f"{name}[{extractor.name}]"
