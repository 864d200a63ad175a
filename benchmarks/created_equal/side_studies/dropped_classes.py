"""Fréchet distance and Inception Score of real images of which whole classes are missing."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfgen.data.progress import progress
from tfgen.errors import TfgenError
from tfgen.evaluation.collecting import Collected
from tfgen.evaluation.sources import ImageSource
from tfgen.metrics.frechet import frechet_distance, moments
from tfgen.metrics.inception import inception_score

from . import SIDE_STUDIES
from .drawing import COLOURS, GREY, new_figure, plain
from .features import features_of_splits
from .markdown import table, with_deviation
from .opening import other_classifiers
from .study import Findings, Row, Setting, Study, check_count

COUNT = 5_000
SPLITS = 1
# Of how many classes kept there are rows, at most.
POINTS = 20
DISTANCE = "distance"
SCORE = "inception_score"


@SIDE_STUDIES.register("dropped_classes")
class DroppedClasses(Study):
    """Fréchet distance and Inception Score of real images of k classes against those of all classes."""

    title = "Real images with classes dropped"
    repeats = 8
    settings = {"inception_score_splits": SPLITS}

    def default_counts(self, training: ImageSource, test: ImageSource) -> list[int]:  # noqa: D102
        return [min(COUNT, _most(training, test))]

    def extractor_names(self, asked: Sequence[str], test: ImageSource) -> list[str]:  # noqa: D102
        # A classifier of these very classes counts them: one of others stands beside it.
        return list(asked) or [*super().extractor_names(asked, test), *other_classifiers(test)[:1]]

    def measure(self, setting: Setting) -> list[Row]:  # noqa: D102
        count = max(setting.counts)
        check_count(count, _most(setting.training, setting.test), "the smallest class and of the test split")
        names = setting.training.images.class_names
        rows = []
        for extractor in setting.extractors:
            splits = features_of_splits(setting.training, setting.test, extractor)
            labels = setting.training.images.labels
            for row in scores(splits.training, labels, splits.test.features, count, setting.repeats, setting.seed):
                classes = [names[label] if names else str(label) for label in row["classes"]]
                rows.append({"extractor": extractor.name, **row, "classes": classes})
        return rows

    def draw(self, findings: Findings) -> Figure:  # noqa: D102
        panels = findings.by_extractor()
        figure = new_figure(6.6, f"{self.title}: {findings.protocol['dataset']}")
        columns = figure.subplots(2, len(panels), squeeze=False, sharex=True).T
        for (top, bottom), (extractor, rows) in zip(columns, panels.items(), strict=True):
            classifies = rows[0][SCORE] is not None
            labels = {DISTANCE: findings.score(extractor), SCORE: "Inception Score"}
            for axes, key, colour in ((top, DISTANCE, COLOURS[0]), (bottom, SCORE, COLOURS[1])):
                if key == SCORE and not classifies:
                    axes.set_axis_off()
                    axes.text(0.5, 0.5, "gives no probabilities", ha="center", transform=axes.transAxes, color=GREY)
                    continue
                for order in sorted({row["order"] for row in rows}):
                    mine = [row for row in rows if row["order"] == order]
                    axes.plot(*zip(*((row["kept"], row[key]) for row in mine), strict=True), color=colour, alpha=0.25)
                means = mean_by_kept(rows, key)
                kept = list(means)
                axes.plot(kept, [mean for mean, _ in means.values()], "o-", color=colour, linewidth=2.5)
                axes.set(ylabel=labels[key], xlabel="" if axes is top else "classes kept")
                axes.set_ylim(bottom=0)
                axes.set_xticks(kept if len(kept) <= 12 else kept[::2])
                plain(axes, f"by {extractor}, N = {rows[0]['images']:,}" if axes is top else "")
        return figure

    def describe(self, findings: Findings) -> str:  # noqa: D102
        paragraphs = []
        for extractor, rows in findings.by_extractor().items():
            paragraphs += [_measured(findings, extractor, rows), _table(findings, extractor, rows)]
            paragraphs.append(" ".join([_distance_shows(rows), *_score_shows(findings, extractor, rows)]))
        return "\n\n".join([*paragraphs, _LIMITS])


def scores(
    training: Collected, labels: np.ndarray, test: np.ndarray, count: int, repeats: int, seed: int = 0
) -> list[Row]:
    """Scores of equally many images of the first k classes of random orders.

    Args:
        training: What an extractor found in images, with or without probabilities.
        labels: Their classes.
        test: Features `(m, d)` of images of all classes, of which the same `count` are compared each time.
        count: Images of either side; each class has at least as many.
        repeats: How many orders of the classes.
        seed: Of the orders and of which images are drawn.
    """
    reference = moments(test[np.random.default_rng(seed).permutation(len(test))[:count]])
    classes = np.unique(labels)
    numbers = np.unique(np.linspace(1, len(classes), min(len(classes), POINTS)).round().astype(int))
    rows = []
    for order in progress(range(repeats), "Dropping classes", repeats):
        random = np.random.default_rng([seed, order])
        sequence, images = random.permutation(classes), random.permutation(len(labels))
        for kept in numbers.tolist():
            chosen = images[np.isin(labels[images], sequence[:kept])][:count]
            probabilities = training.probabilities
            score = None if probabilities is None else inception_score(probabilities[chosen], splits=SPLITS).value
            distance = frechet_distance(reference, moments(training.features[chosen]))
            row = {"order": order, "kept": kept, "classes": sequence[:kept].tolist(), "images": count}
            rows.append({**row, DISTANCE: distance, SCORE: score})
    return rows


def mean_by_kept(rows: Sequence[Row], key: str) -> dict[int, tuple[float, float | None]]:
    """Mean and deviation over the orders of one score, by the number of classes kept."""
    found = {}
    for kept in sorted({row["kept"] for row in rows}):
        values = [row[key] for row in rows if row["kept"] == kept]
        found[kept] = float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None
    return found


def steps(rows: Sequence[Row], key: str) -> np.ndarray:
    """By how much a score changes at each step from fewer classes to more, of all orders."""
    orders = sorted({row["order"] for row in rows})
    return np.concatenate([np.diff([row[key] for row in rows if row["order"] == order]) for order in orders])


def _most(training: ImageSource, test: ImageSource) -> int:
    if training.images.labels is None or len(np.unique(training.images.labels)) < 2:
        raise TfgenError(f"{training.label} has no classes to drop; take a data set with two or more")
    return min(int(np.unique(training.images.labels, return_counts=True)[1].min()), len(test.images))


def _measured(findings: Findings, extractor: str, rows: Sequence[Row]) -> str:
    training, test = findings.protocol["training"]["name"], findings.protocol["test"]["name"]
    return (
        f"{rows[0]['images']:,} images of `{training}`, of k of its classes, against as many of `{test}`, of all "
        f"classes, by {findings.seen_by(extractor)}. Mean ± deviation of {findings.protocol['repeats']} random orders "
        f"in which the classes come back, seed {findings.protocol['seed']}; Inception Score of all images in one part."
    )


def _table(findings: Findings, extractor: str, rows: Sequence[Row]) -> str:
    distance = mean_by_kept(rows, DISTANCE)
    score = mean_by_kept(rows, SCORE) if rows[0][SCORE] is not None else {}
    header = ["classes kept", findings.score(extractor), *(["Inception Score"] if score else [])]
    return table(
        header,
        (
            [str(kept), with_deviation(*found), *([with_deviation(*score[kept])] if score else [])]
            for kept, found in distance.items()
        ),
    )


def _distance_shows(rows: Sequence[Row]) -> str:
    first, *_, last = mean_by_kept(rows, DISTANCE).items()
    changes = steps(rows, DISTANCE)
    return (
        f"As classes come back, the distance goes from {first[1][0]:.4g} with {first[0]} to {last[1][0]:.4g} with all "
        f"{last[0]}; it falls at {(changes < 0).sum()} of {len(changes)} steps."
    )


def _score_shows(findings: Findings, extractor: str, rows: Sequence[Row]) -> list[str]:
    if rows[0][SCORE] is None:
        return [f"{extractor} gives no probabilities, and so no Inception Score."]
    means = [mean for mean, _ in mean_by_kept(rows, SCORE).values()]
    changes = steps(rows, SCORE)
    fewest, all_classes = rows[0]["kept"], max(row["kept"] for row in rows)
    text = (
        f"The Inception Score goes from {means[0]:.4g} with {fewest} to {means[-1]:.4g} with all {all_classes}, "
        f"{means[-1] / means[0]:.2f} times as much; it rises at {(changes > 0).sum()} of {len(changes)} steps. "
        f"From half of the classes to all of them it changes by {means[-1] / means[len(means) // 2 - 1] - 1:+.0%}."
    )
    if is_own_classifier(findings, extractor):
        text += f" {extractor} was trained on these very classes, so that its Inception Score counts them."
    return [text]


def is_own_classifier(findings: Findings, extractor: str) -> bool:
    """Whether a classifier of the zoo was trained on the data set itself."""
    return extractor == f"{findings.protocol['dataset']}_classifier"


_LIMITS = (
    "What this does not show: classes that are missing in part, or variety lost within a class. All images here are "
    "real: a score that hardly moves sees their quality, and not what is missing. The classifier decides what the "
    "Inception Score counts; the study's was ImageNet's."
)
