"""One extractor against another: whether they rank the same sets of images alike."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import rankdata, spearmanr

from tfgen.data.pictures import from_uint8
from tfgen.data.progress import progress
from tfgen.errors import TfgenError
from tfgen.evaluation.sources import ImageSource
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.frechet import frechet_distance, moments

from . import SIDE_STUDIES
from .damage import BLURS, DROPPED, MOST_SETS, NOISES, damaged_sets
from .drawing import COLOURS, GREY, MARKERS, logarithmic, new_figure, plain
from .markdown import table
from .opening import generators_of, other_classifiers
from .study import Findings, Row, Setting, Study, check_count
from .untrained import UNTRAINED

COUNT = 3_000
DAMAGED, GENERATED = "damaged", "generated"
WORDS = {DAMAGED: "real images, damaged", GENERATED: "samples of a model"}
_COLUMNS = 2
_FEWEST = 3


class Agreement(NamedTuple):
    """How two extractors rank the same sets.

    Attributes:
        first: An extractor's name.
        second: Another's.
        sets: How many sets there are, of all kinds together and of each.
        correlations: Spearman's rank correlation of those; None of fewer than 3 sets.
        apart: The set that they rank most differently, with its rank by the first and by the second.
    """

    first: str
    second: str
    sets: Mapping[str, int]
    correlations: Mapping[str, float | None]
    apart: tuple[str, int, int]


@SIDE_STUDIES.register("extractors")
class Extractors(Study):
    """Fréchet distances of many sets of images by one extractor against those by another."""

    title = "One extractor against another"
    settings = {"blurs_in_pixels": BLURS, "noises": NOISES, "shares_of_classes_dropped": DROPPED}

    def default_counts(self, training: ImageSource, test: ImageSource) -> list[int]:  # noqa: D102
        return [min(COUNT, len(training.images), len(test.images))]

    def extractor_names(self, asked: Sequence[str], test: ImageSource) -> list[str]:  # noqa: D102
        if len(asked) > 1:
            return list(asked)
        names = [*super().extractor_names([], test), *other_classifiers(test)[:1], UNTRAINED, *asked]
        return list(dict.fromkeys(names))

    def generator_names(self, asked: Sequence[str] | None, test: ImageSource) -> list[str]:  # noqa: D102
        return generators_of(test) if asked is None else list(asked)

    def measure(self, setting: Setting) -> list[Row]:  # noqa: D102
        if len(setting.extractors) < 2:
            raise TfgenError("one extractor alone is compared with none; name two or more, with commas between")
        count = max(setting.counts)
        most = min(len(setting.training.images), len(setting.test.images))
        check_count(count, most, "the smaller of the two splits")
        chosen = np.random.default_rng(setting.seed).permutation(len(setting.test.images))[:count]
        sets = progress(_sets(setting, count), "Comparing extractors", MOST_SETS + len(setting.generators))
        return distances(from_uint8(setting.test.images.images[chosen]), sets, setting.extractors)

    def draw(self, findings: Findings) -> Figure:  # noqa: D102
        pairs = agreements(findings.rows)
        lines = -(-(len(pairs) + 1) // _COLUMNS)
        dataset, count = findings.protocol["dataset"], findings.rows[0]["images"]
        figure = new_figure(0.5 + 3.8 * lines, f"{self.title}: {dataset}, N = {count:,}")
        cells = figure.subplots(lines, _COLUMNS, squeeze=False).flat
        for axes, pair in zip(cells, pairs, strict=False):
            _scatter(axes, findings, pair)
        handles, labels = cells[0].get_legend_handles_labels()
        for axes in list(cells)[len(pairs) :]:
            axes.set_axis_off()
        cells[len(pairs)].legend(handles, labels, loc="center", frameon=False)
        return figure

    def describe(self, findings: Findings) -> str:  # noqa: D102
        pairs = agreements(findings.rows)
        return "\n\n".join(
            [
                _measured(findings),
                _distances(findings),
                _correlations(pairs),
                " ".join(_shows(pair) for pair in pairs),
                _LIMITS,
            ]
        )


def distances(
    test: np.ndarray, sets: Iterator[tuple[str, str, np.ndarray]], extractors: Sequence[Extractor]
) -> list[Row]:
    """Fréchet distance of each set of images from test images by each extractor.

    Args:
        test: Floats `(n, height, width, channels)` in [-1, 1].
        sets: What each is called, its kind, and as many images.
        extractors: The networks.
    """
    references = [moments(extractor(test).features) for extractor in extractors]
    rows = []
    for name, kind, images in sets:
        for extractor, reference in zip(extractors, references, strict=True):
            distance = frechet_distance(reference, moments(extractor(images).features))
            row = {"set": name, "kind": kind, "images": len(images), "distance": distance}
            rows.append({"extractor": extractor.name, **row})
    return rows


def agreements(rows: Sequence[Row]) -> list[Agreement]:
    """How each pair of extractors ranks the sets."""
    found = Findings({}, rows).by_extractor()
    kinds = np.array([row["kind"] for row in next(iter(found.values()))])
    groups = {"all": np.full(len(kinds), True), **{kind: kinds == kind for kind in dict.fromkeys(kinds.tolist())}}
    pairs = []
    for (first, ours), (second, theirs) in combinations(found.items(), 2):
        values = np.array([[row["distance"] for row in side] for side in (ours, theirs)])
        ranks = rankdata(values, axis=1)
        farthest = int(np.abs(ranks[0] - ranks[1]).argmax())
        correlations = {
            group: float(spearmanr(*values[:, chosen]).statistic) if chosen.sum() >= _FEWEST else None
            for group, chosen in groups.items()
        }
        sets = {group: int(chosen.sum()) for group, chosen in groups.items()}
        apart = ours[farthest]["set"], *(int(rank) for rank in ranks[:, farthest])
        pairs.append(Agreement(first, second, sets, correlations, apart))
    return pairs


def _sets(setting: Setting, count: int) -> Iterator[tuple[str, str, np.ndarray]]:
    training = setting.training.images
    for name, images in damaged_sets(training.images, training.labels, count, setting.seed):
        yield name, DAMAGED, from_uint8(images)
    for source in setting.generators:
        yield source.label, GENERATED, np.concatenate(list(source.batches(count, 64)))


def _scatter(axes: Axes, findings: Findings, pair: Agreement) -> None:
    rows = findings.by_extractor()
    points = list(zip(rows[pair.first], rows[pair.second], strict=True))
    for index, (kind, words) in enumerate(WORDS.items()):
        mine = [(ours["distance"], theirs["distance"]) for ours, theirs in points if ours["kind"] == kind]
        style = {"color": COLOURS[index], "marker": MARKERS[index], "s": 28, "alpha": 0.8}
        axes.scatter(*np.reshape(mine, (-1, 2)).T, label=words, **style)
    name, *_ = pair.apart
    place = next((ours["distance"], theirs["distance"]) for ours, theirs in points if ours["set"] == name)
    line = {"arrowstyle": "-", "color": GREY, "linewidth": 0.8}
    axes.annotate(name, place, (0.98, 0.03), textcoords="axes fraction", fontsize=8, ha="right", arrowprops=line)
    logarithmic(axes)
    axes.set(xlabel=findings.score(pair.first), ylabel=findings.score(pair.second))
    rho = pair.correlations["all"]
    plain(axes, "" if rho is None else f"Spearman's ρ = {rho:.3f} over {pair.sets['all']} sets")


def _measured(findings: Findings) -> str:
    rows = next(iter(findings.by_extractor().values()))
    kinds = [f"{sum(row['kind'] == kind for row in rows)} of {words}" for kind, words in WORDS.items()]
    seen = [findings.seen_by(name) for name in findings.by_extractor()]
    training, test = findings.protocol["training"]["name"], findings.protocol["test"]["name"]
    return (
        f"{len(rows)} sets of {rows[0]['images']:,} images each, {' and '.join(kinds)}, against as many images of "
        f"`{test}`; what is damaged is of `{training}`, seed {findings.protocol['seed']}. By {', '.join(seen)}."
    )


def _distances(findings: Findings) -> str:
    found = findings.by_extractor()
    lines = zip(*found.values(), strict=True)
    return table(
        ["set", *map(findings.score, found)],
        (
            [f"`{line[0]['set']}`" if line[0]["kind"] == GENERATED else line[0]["set"]]
            + [f"{row['distance']:.4g}" for row in line]
            for line in sorted(lines, key=lambda line: line[0]["distance"])
        ),
    )


def _correlations(pairs: Sequence[Agreement]) -> str:
    groups = pairs[0].sets
    header = [f"{WORDS.get(group, 'all sets')} ({sets})" for group, sets in groups.items()]
    return table(
        ["Spearman's rank correlation", *header],
        (
            [f"{pair.first} and {pair.second}"]
            + ["" if rho is None else f"{rho:.3f}" for rho in pair.correlations.values()]
            for pair in pairs
        ),
    )


def _shows(pair: Agreement) -> str:
    name, first, second = pair.apart
    total = pair.sets["all"]
    if first == second:
        return f"{pair.first} and {pair.second} rank all {total} sets alike."
    kinds = {kind: rho for kind, rho in pair.correlations.items() if kind in WORDS and rho is not None}
    words = "".join(f", {rho:.3f} over the {WORDS[kind]}" for kind, rho in kinds.items()) if len(kinds) > 1 else ""
    return (
        f"{pair.first} and {pair.second} agree with ρ = {pair.correlations['all']:.3f} over all {total} sets{words}; "
        f"they differ most on {name}, rank {first} by the one and {second} by the other (1 is the nearest)."
    )


_LIMITS = (
    "What this does not show: which extractor is right. A high correlation over sets of very different quality says "
    "little of models that are nearly as good as each other, nor does one over few sets. The distances themselves are "
    "in the units of each network, and compare within one alone."
)
