"""Bias and variance of the Fréchet distance against the number of images."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from tfgen.data.progress import progress
from tfgen.errors import TfgenError
from tfgen.evaluation.sources import ImageSource
from tfgen.metrics.frechet import frechet_distance, moments

from . import SIDE_STUDIES
from .drawing import COLOURS, GREY, MARKERS, logarithmic, new_figure, plain
from .features import features_of_splits
from .markdown import table, with_deviation
from .study import Findings, Row, Setting, Study

COUNTS = (500, 1_000, 2_000, 5_000, 10_000, 30_000)
HALVES = "training halves"
TEST = "test against training"

RECALLED_COUNT = 10_000
RECALLED = {
    "mnist": ("1.25 ± 0.02", [28, 28, 1]),
    "fashion_mnist": ("2.60 ± 0.03", [28, 28, 1]),
    "cifar10": ("5.19 ± 0.02", [32, 32, 3]),
}
"""The study's figures for halves of the training split, as we recall them, and the shape of the images.

Without CelebA, which the study crops and resizes in another way than `celeb_a` here.
"""


@SIDE_STUDIES.register("sample_size")
class SampleSize(Study):
    """Bias and variance of the Fréchet distance: real images against other real images, by how many there are."""

    title = "Real images against real images, by their number"
    repeats = 20

    def default_counts(self, training: ImageSource, test: ImageSource) -> list[int]:  # noqa: D102
        largest = len(training.images) // 2
        return [count for count in COUNTS if count <= largest] or [largest]

    def measure(self, setting: Setting) -> list[Row]:  # noqa: D102
        most = len(setting.training.images) // 2
        if not 2 <= min(setting.counts) <= max(setting.counts) <= most:
            counts = ", ".join(f"{count:,}" for count in setting.counts)
            raise TfgenError(
                f"{counts} images are asked for of either half of {setting.training.label}; take 2 to {most:,}"
            )
        rows = []
        for extractor in setting.extractors:
            splits = features_of_splits(setting.training, setting.test, extractor)
            features = splits.training.features, splits.test.features
            found = distances(*features, setting.counts, setting.repeats, setting.seed)
            rows += [{"extractor": extractor.name, **row} for row in found]
        return rows

    def draw(self, findings: Findings) -> Figure:  # noqa: D102
        panels = findings.by_extractor()
        figure = new_figure(0.5 + 3.9 * len(panels), f"{self.title}: {findings.protocol['dataset']}")
        for axes, (extractor, rows) in zip(
            figure.subplots(len(panels), squeeze=False).flat, panels.items(), strict=True
        ):
            for index, comparison in enumerate((HALVES, TEST)):
                mine = _of(rows, comparison)
                # A little apart, as their bars would hide each other.
                counts = [row["images"] * (1.03, 0.97)[index] for row in mine]
                means = [row["mean"] for row in mine]
                deviations = [row["deviation"] or 0.0 for row in mine]
                style = {"color": COLOURS[index], "marker": MARKERS[index], "capsize": 3, "markersize": 5}
                axes.errorbar(counts, means, deviations, label=comparison, **style)
            halves = _of(rows, HALVES)
            counts = np.array([row["images"] for row in halves])
            axes.plot(counts, halves[0]["mean"] * counts[0] / counts, "--", color=GREY, label="as 1/N", zorder=1)
            logarithmic(axes)
            axes.set(xlabel="N, images of either side", ylabel=findings.score(extractor))
            axes.set_xticks(counts, [f"{count:,}" for count in counts])
            axes.xaxis.set_minor_locator(NullLocator())
            axes.legend(frameon=False)
            draws = findings.protocol["repeats"]
            plain(axes, f"by {extractor}; N against N images, mean and deviation of {draws} draws")
        return figure

    def describe(self, findings: Findings) -> str:  # noqa: D102
        paragraphs = []
        for extractor, rows in findings.by_extractor().items():
            halves, tests = _of(rows, HALVES), _of(rows, TEST)
            paragraphs += [_measured(findings, extractor), _table(findings, extractor, halves, tests)]
            paragraphs += [_bias(halves), *_test_split(halves, tests)]
        return "\n\n".join([*paragraphs, _LIMITS])


def distances(training: np.ndarray, test: np.ndarray, counts: Sequence[int], repeats: int, seed: int = 0) -> list[Row]:
    """Fréchet distances of equally many features of real images.

    What is drawn depends on the seed, the count and the number of the draw alone.

    Args:
        training: Features `(n, d)`, of which two disjoint sets are drawn.
        test: Features `(m, d)`, compared with those of training.
        counts: Rows of either side; the test split takes part as far as it has as many.
        repeats: How many draws of each.
        seed: Of the draws.
    """
    jobs = [(HALVES, count) for count in counts] + [(TEST, count) for count in counts if count <= len(test)]
    rows = []
    for comparison, count in progress(jobs, "Comparing real images with real images", len(jobs)):
        values = []
        for repeat in range(repeats):
            random = np.random.default_rng([seed, count, repeat])
            order = random.permutation(len(training))
            other = training[order[count : 2 * count]]
            if comparison == TEST:
                other = test[random.permutation(len(test))[:count]]
            values.append(frechet_distance(moments(training[order[:count]]), moments(other)))
        row = {"comparison": comparison, "images": count, "draws": repeats, "mean": float(np.mean(values))}
        rows.append({**row, "deviation": float(np.std(values, ddof=1)) if repeats > 1 else None, "values": values})
    return rows


def trend(rows: Sequence[Row]) -> float:
    """The slope of the logarithm of the mean against that of N: -1 where the distance is as 1/N."""
    return float(np.polyfit(*np.log([[row["images"] for row in rows], [row["mean"] for row in rows]]), 1)[0])


def recalled(findings: Findings, extractor: str) -> str | None:
    """The study's own figure for halves of 10,000, where it was measured by the same protocol; else None."""
    network, data = findings.protocol["extractors"][extractor], findings.protocol["training"]
    value, shape = RECALLED.get(findings.protocol["dataset"], (None, None))
    alike = network["is_standard"] and network["resizer"] == "tf1_bilinear" and data["shape"] == shape
    return value if alike else None


def _of(rows: Sequence[Row], comparison: str) -> list[Row]:
    return [row for row in rows if row["comparison"] == comparison]


def _measured(findings: Findings, extractor: str) -> str:
    training, test = findings.protocol["training"]["name"], findings.protocol["test"]["name"]
    return (
        f"{findings.score(extractor)} of N real images against N other real images by {findings.seen_by(extractor)}: "
        f"of two disjoint sets from `{training}` ({HALVES}), and of `{test}` against `{training}`. "
        f"Mean ± deviation of {findings.protocol['repeats']} draws, seed {findings.protocol['seed']}."
    )


def _table(findings: Findings, extractor: str, halves: Sequence[Row], tests: Sequence[Row]) -> str:
    test_of = {row["images"]: with_deviation(row["mean"], row["deviation"]) for row in tests}
    published = recalled(findings, extractor)
    rows = []
    for row in halves:
        cells = [f"{row['images']:,}", with_deviation(row["mean"], row["deviation"]), test_of.get(row["images"], "")]
        rows.append([*cells, *([published if row["images"] == RECALLED_COUNT else ""] if published else [])])
    column = ["the study's training halves, as we recall them"] if published else []
    return table(["N", HALVES, TEST, *column], rows)


def _bias(halves: Sequence[Row]) -> str:
    first, last = halves[0], halves[-1]
    text = (
        "Both halves come from one distribution, whose distance from itself is 0: what is left is the bias of few "
        "images."
    )
    if len(halves) > 1 and last["mean"] > 0:
        text += (
            f" From N = {first['images']:,} to {last['images']:,}, {last['images'] / first['images']:.3g} times as "
            f"many, it changes from {first['mean']:.4g} to {last['mean']:.4g}, which is "
            f"{first['mean'] / last['mean']:.3g} times less; its slope in logarithms is {trend(halves):.2f}, where "
            "that of 1/N is -1."
        )
    if last["deviation"] is not None:
        shares = [f"{row['deviation'] / row['mean']:.0%} at N = {row['images']:,}" for row in (first, last)]
        text += f" The deviation between draws is {' and '.join(dict.fromkeys(shares))} of the mean."
    return text


def _test_split(halves: Sequence[Row], tests: Sequence[Row]) -> list[str]:
    if not tests or tests[-1]["deviation"] is None:
        return []
    test = tests[-1]
    half = next(row for row in halves if row["images"] == test["images"])
    # Pair by pair: both of a draw have the same training images.
    differences = np.subtract(test["values"], half["values"])
    difference, spread = float(differences.mean()), float(differences.std(ddof=1))
    farther = "farther from" if difference > 0 else "nearer to"
    meaning = (
        "the splits differ by more than the draws do, so the noise floor of scores against the test split is the "
        "test column, not the halves"
        if abs(difference) > 2 * spread
        else "that is within two deviations, so no difference of the splits is seen"
    )
    return [
        f"At N = {test['images']:,} the test split is {abs(difference):.3g} {farther} the training split than the "
        f"halves are to each other, and from draw to draw that difference deviates by {spread:.2g}: {meaning}."
    ]


_LIMITS = (
    "What this does not show: how a generator scores, only what real images would get in its place. Draws of one split "
    "overlap as N grows, so that the deviation at large N is that of choosing among these images and not of collecting "
    "new ones. Another network, and another data set, has another bias."
)
