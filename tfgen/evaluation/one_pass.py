"""Many scores from one pass."""

import inspect
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


class Evaluation:
    """Metrics, an extractor and reference images, ready for any number of subjects.

    Args:
        metrics: Names of metrics (`tfgen list metrics`).
        reference: What subjects are compared with.
        extractor: The network that sees the images, or a name as `find_extractor` takes it; None is the classifier of
            the reference's data set if the zoo has one, else `inception_2015`. It is opened only if a metric needs one.
        reference_samples: How many reference images, the same random ones each time; None for all.
        resizer: How images are brought to the network's size; None is the extractor's own way.
        quantise: Whether samples are rounded to bytes, as files hold them.
        seed: Of what metrics draw (subsets, projections); a model's samples have their own.
        settings: Constants of the metrics: `{"kid": {"subset_size": 500}}`.
        batch_size: Images at a time.
        data_dir: Where data sets are looked for first.

    Raises:
        TfgenError: If a metric, a setting or an extractor does not exist, or the reference has too few images.
    """

    def __init__(
        self,
        metrics: Sequence[str],
        reference: ImageSource,
        extractor: str | Extractor | None = None,
        *,
        reference_samples: int | None = None,
        resizer: str | None = None,
        quantise: bool = True,
        seed: int = 0,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        batch_size: int = 64,
        data_dir: Path | None = None,
    ):
        self.metrics = make_metrics(metrics, settings or {})
        self.reference = reference
        self.reference_count = reference.count(reference_samples)
        if self.reference_count < 2:
            raise TfgenError(f"{reference.label} has {self.reference_count} image; scores of a distribution need 2")
        self.quantise = extractor.quantise if isinstance(extractor, Extractor) else quantise
        if not isinstance(extractor, Extractor) and any(metric.uses_extractor for metric in self.metrics.values()):
            extractor = find_extractor(extractor or default_extractor(reference), resizer=resizer, quantise=quantise)
        self.extractor = extractor if isinstance(extractor, Extractor) else None
        self.seed = seed
        self.batch_size = batch_size
        self.data_dir = data_dir
        self._real: Collected | None = None

    def check(self, subject: Source, samples: int | None = None) -> None:
        """Says what a call could not do, before it does anything.

        Raises:
            TfgenError: If the subject has not what a metric needs.
        """
        counts = (subject.count(samples), self.reference_count)
        for metric in self.metrics.values():
            metric.check(subject, self.extractor, counts)

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
        self.check(subject, samples)
        count = subject.count(samples)
        began = time.perf_counter()
        # The subject first: what is wrong with it is known before the reference is kept.
        generated = self._pass(collect, subject, count, self._needs())
        if self._real is None:
            self._real = self._pass(reference_statistics, self.reference, self.reference_count, self._needs(real=True))
        pass_seconds = time.perf_counter() - began
        comparison = Comparison(
            subject,
            self.reference,
            generated,
            self._real,
            self.extractor,
            (count, self.reference_count),
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
        drawn, real = comparison.counts
        # A metric that asks the model needs no samples of it, unless it says so.
        drawn = value.drawn or (drawn if metric.needs else None)
        images = {"images": drawn, "quantisation": "uint8" if self.quantise else "float"} if drawn else {}
        uses_extractor = metric.uses_extractor
        return Result(
            name=score_name(value.name, self.extractor) if uses_extractor else value.name,
            value=float(value.value),
            standard_error=None if value.standard_error is None else float(value.standard_error),
            metric=name,
            higher_is_better=value.higher_is_better,
            settings={**metric.settings, **value.details},
            subject={"name": subject.label, **images, **subject.protocol()},
            reference={"name": self.reference.label, "images": value.real or real, **self.reference.protocol()}
            if metric.uses_reference
            else None,
            extractor=metric.protocol(self.extractor, subject.image_shape) if uses_extractor else None,
            seed=self.seed,
            seconds=round(seconds, 2),
            step=step,
        )

    def _needs(self, real: bool = False) -> frozenset[str]:
        metrics = [metric for metric in self.metrics.values() if metric.uses_reference or not real]
        return frozenset().union(*(metric.needs for metric in metrics))

    def _pass(self, how: Callable[..., Collected], source: Source, count: int, needs: frozenset[str]) -> Collected:
        if not needs:
            return Collected(count)
        return how(source, count, needs, self.extractor, quantise=self.quantise, batch_size=self.batch_size)

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
    extractor: str | Extractor | None = None,
    seed: int = 0,
    data_dir: Path | None = None,
    **options: Any,
) -> list[Result]:
    """Scores a checkpoint, a run, a data set, a folder, a zip or an array against reference images.

    Args:
        subject: As `open_subject` takes it, or a source.
        against: As `open_reference` takes it, or a source; None is the test split that the model's recipe names.
        metrics: Names of metrics (`tfgen list metrics`).
        samples: How many images of the subject; None for 10,000 of a model and all of a set.
        extractor: As for `Evaluation`.
        seed: Of the samples, and of what metrics draw.
        data_dir: Where data sets are looked for first.
        options: The other arguments of `Evaluation`.

    Returns:
        The results, in the order of the metrics.

    Raises:
        TfgenError: If something is not there, does not fit, or has too few images; the message says which.
    """
    subject = open_subject(subject, seed=seed, data_dir=data_dir) if isinstance(subject, str) else subject
    if not isinstance(against, ImageSource):
        against = open_reference(against, subject, data_dir=data_dir)
    evaluation = Evaluation(metrics, against, extractor, seed=seed, data_dir=data_dir, **options)
    return evaluation(subject, samples)


def make_metrics(names: Sequence[str], settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Metric]:
    """Metrics by name, with their constants.

    Raises:
        TfgenError: If there is none, or a metric or a constant does not exist or is not of its type.
    """
    if isinstance(names, str) or not names:
        raise TfgenError(f"the metrics are {names!r}; give a list of names, for example fid and kid")
    if unused := sorted(settings.keys() - set(names)):
        raise TfgenError(f"settings are given for {unused[0]}, which is not among the metrics {', '.join(names)}")
    return {name: _make_metric(name, settings.get(name, {})) for name in names}


def _make_metric(name: str, settings: Any) -> Metric:
    try:
        method = METRICS.get(name)
    except KeyError as error:
        raise TfgenError(str(error)) from error
    if not isinstance(settings, Mapping):
        raise TfgenError(f"metric {name}: {settings!r} sets nothing; write it as {name}.constant=value")
    # An empty constructor is object's, which shows arguments that it does not take.
    parameters = inspect.signature(method).parameters if "__init__" in vars(method) else {}
    for key, value in settings.items():
        if key not in parameters:
            known = f"it has {', '.join(parameters)}" if parameters else "it has none"
            raise TfgenError(f"metric {name} has no constant {key!r}; {known}")
        wanted = parameters[key].annotation
        if isinstance(value, bool) or not isinstance(value, (int, float) if wanted is float else wanted):
            raise TfgenError(f"metric {name}: {key} is {value!r}; it is a {_WORDS[wanted]}")
    try:
        return method(**settings)
    except ValueError as error:
        raise TfgenError(f"metric {name}: {error}") from error


_WORDS = {int: "whole number", float: "number", str: "text"}


def score_name(name: str, extractor: Extractor) -> str:
    """What a score is called: by its name alone only where FID's own Inception saw the images."""
    return name if extractor.is_standard else f"{name}[{extractor.name}]"
