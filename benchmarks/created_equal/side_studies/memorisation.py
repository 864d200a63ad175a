"""A generator that replays its training data: what the Fréchet distance gives it, and what sees it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from tfgen.evaluation.collecting import collect
from tfgen.evaluation.sources import ImageSource
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.frechet import frechet_distance, moments
from tfgen.metrics.memorisation import memorisation_scores, nearest_training

from . import SIDE_STUDIES
from .damage import noisy
from .drawing import COLOURS, GREY, new_figure, plain
from .features import features_of_images, features_of_splits
from .markdown import table, with_deviation
from .opening import generators_of
from .study import Findings, Row, Setting, Study, check_count

COUNT = 10_000
NEAREST = 2_000
"""Images of either side whose nearest training image is looked for, at most."""
NOISES = (0.01, 0.03)
SMALL_MEMORY = 1_000
QUANTILE = 0.05
_NEAR = 0.5
METHODS = ("dcgan", "wgan_gp", "vae")
FLOOR, REPLAY, GENERATOR = "unseen", "replayed", "generated"
COLOUR_OF = {FLOOR: GREY, REPLAY: COLOURS[1], GENERATOR: COLOURS[0]}
WORDS = {FLOOR: "real images it has not seen", REPLAY: "its training images", GENERATOR: "samples of a trained model"}


class Subject(NamedTuple):
    """Images that are scored as if a generator had made them.

    Attributes:
        name: What they are called.
        kind: `FLOOR`, `REPLAY` or `GENERATOR`.
        features: Of the images that there are, `(n, d)`.
        training: Features of what the generator was trained on.
        replaced: Whether one image may be drawn more than once, as a generator would.
        noise: Deviation of the noise on them, a share of the range.
    """

    name: str
    kind: str
    features: np.ndarray
    training: np.ndarray
    replaced: bool = False
    noise: float = 0.0


@SIDE_STUDIES.register("memorisation")
class Memorisation(Study):
    """A generator that replays its training images, beside real images it has not seen and trained generators."""

    title = "Replayed training data"
    repeats = 10
    settings = {"noises": NOISES, "small_memory": SMALL_MEMORY, "nearest": NEAREST, "share_near_quantile": QUANTILE}

    def default_counts(self, training: ImageSource, test: ImageSource) -> list[int]:  # noqa: D102
        return [min(COUNT, _most(training, test))]

    def generator_names(self, asked: Sequence[str] | None, test: ImageSource) -> list[str]:  # noqa: D102
        if asked is not None:
            return list(asked)
        return [name for name in generators_of(test) if name in {f"{method}_{test.name}" for method in METHODS}]

    def measure(self, setting: Setting) -> list[Row]:  # noqa: D102
        count = max(setting.counts)
        check_count(count, _most(setting.training, setting.test), "half of the training split and of the test split")
        rows = []
        for extractor in setting.extractors:
            splits = features_of_splits(setting.training, setting.test, extractor)
            chosen = np.random.default_rng(setting.seed).permutation(len(splits.test.features))[:count]
            subjects = _subjects(setting, extractor, splits.training.features, count)
            found = scores(subjects, splits.test.features[chosen], setting.repeats, setting.seed)
            rows += [{"extractor": extractor.name, **row} for row in found]
        return rows

    def draw(self, findings: Findings) -> Figure:  # noqa: D102
        panels = findings.by_extractor()
        height = 1.2 + sum(1.0 + 0.36 * len(rows) for rows in panels.values())
        figure = new_figure(height, f"{self.title}: {findings.protocol['dataset']}")
        grid = figure.subplots(len(panels), 2, squeeze=False, sharey="row")
        for (left, right), (extractor, rows) in zip(grid, panels.items(), strict=True):
            _bars(left, rows, "distance", f"{findings.score(extractor)}\nagainst test images")
            _bars(right, rows, "ratio", "distance to the nearest training image,\nmedian; that of test images is 1")
            right.axvline(1.0, color=GREY, linestyle="--", linewidth=1)
            left.set_yticks(range(len(rows)), [row["subject"] for row in rows])
            left.invert_yaxis()
            plain(left, f"by {extractor}")
            plain(right, f"N = {rows[0]['images']:,}, nearest images of {rows[0]['nearest_images']:,}")
        patches = [Patch(color=COLOUR_OF[kind], label=words) for kind, words in WORDS.items()]
        figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), frameon=False)
        return figure

    def describe(self, findings: Findings) -> str:  # noqa: D102
        paragraphs = []
        for extractor, rows in findings.by_extractor().items():
            paragraphs += [_measured(findings, extractor, rows), _table(findings, extractor, rows)]
            paragraphs.append(" ".join([*_distance_shows(rows), *_nearest_shows(rows)]))
        return "\n\n".join([*paragraphs, _LIMITS])


def scores(subjects: Sequence[Subject], test: np.ndarray, repeats: int, seed: int = 0) -> list[Row]:
    """Fréchet distance to test images, and nearness to the training images, of each subject.

    Args:
        subjects: What is scored; each has as many images as the test set, or is drawn from with replacement.
        test: Features of test images `(n, d)`: as many images of each subject are drawn.
        repeats: How many draws of a subject that has more images.
        seed: Of the draws.
    """
    reference, count = moments(test), len(test)
    near = min(NEAREST, count)
    held_out = {id(subject.training): subject.training for subject in subjects}
    held_out = {key: nearest_training(training, test[:near]) for key, training in held_out.items()}
    rows = []
    for subject in subjects:
        fixed = len(subject.features) == count and not subject.replaced
        draws = []
        for repeat in range(1 if fixed else repeats):
            random = np.random.default_rng([seed, repeat])
            draws.append(subject.features[random.choice(len(subject.features), count, replace=subject.replaced)])
        distances = [frechet_distance(reference, moments(draw)) for draw in draws]
        nearness = nearest_training(subject.training, draws[0][:near])
        found = memorisation_scores(nearness, held_out[id(subject.training)], quantile=QUANTILE)
        rows.append(
            {
                "subject": subject.name,
                "kind": subject.kind,
                "noise": subject.noise,
                "images": count,
                "draws": len(draws),
                "distance": float(np.mean(distances)),
                "deviation": float(np.std(distances, ddof=1)) if len(draws) > 1 else None,
                "training_images": len(subject.training),
                "nearest_images": near,
                "ratio": found.ratio,
                "share_near": found.share_near,
            }
        )
    return rows


def _subjects(setting: Setting, extractor: Extractor, training: np.ndarray, count: int) -> list[Subject]:
    random = np.random.default_rng(setting.seed)
    memory, unseen = np.array_split(random.permutation(len(training)), 2)
    seen = training[memory]
    subjects = [
        # Drawn as the replay is: an image that is there twice raises the distance of either by as much.
        Subject("unseen real images", FLOOR, training[unseen], seen, replaced=True),
        Subject(f"replays {len(memory):,}", REPLAY, seen, seen, replaced=True),
    ]
    for noise in NOISES:
        name = f"replays {len(memory):,}, {noise:.0%} noise"
        images = noisy(setting.training.images.images[random.choice(memory, count)], noise, random)
        subjects.append(Subject(name, REPLAY, features_of_images(images, name, extractor), seen, noise=noise))
    if len(memory) > SMALL_MEMORY:
        few = seen[:SMALL_MEMORY]
        subjects.append(Subject(f"replays {SMALL_MEMORY:,}", REPLAY, few, few, replaced=True))
    for source in setting.generators:
        found = collect(source, count, frozenset({"features"}), extractor)
        subjects.append(Subject(source.label, GENERATOR, found.features, training))
    return subjects


def _most(training: ImageSource, test: ImageSource) -> int:
    return min(len(training.images) // 2, len(test.images))


def _bars(axes: Axes, rows: Sequence[Row], key: str, label: str) -> None:
    values, places = [row[key] for row in rows], range(len(rows))
    deviations = [row["deviation"] or 0.0 for row in rows] if key == "distance" else None
    axes.barh(places, values, color=[COLOUR_OF[row["kind"]] for row in rows], xerr=deviations, height=0.7)
    for place, value in zip(places, values, strict=True):
        axes.annotate(f"{value:.2g}", (value, place), (4, 0), textcoords="offset points", va="center", fontsize=9)
    axes.set_xlabel(label)
    axes.margins(x=0.15)
    axes.tick_params(axis="y", length=0)


def _measured(findings: Findings, extractor: str, rows: Sequence[Row]) -> str:
    training, test = findings.protocol["training"]["name"], findings.protocol["test"]["name"]
    memory = next(row for row in rows if row["kind"] == REPLAY)["training_images"]
    return (
        f"{rows[0]['images']:,} images of each against as many of `{test}`, by {findings.seen_by(extractor)}, seed "
        f"{findings.protocol['seed']}. A generator that replays draws from {memory:,} images of `{training}`, with "
        "replacement, or from fewer where the name says so; the unseen images are drawn likewise, from those of that "
        f"split that it does not replay. The ratio and the share are of tfgen's `memorisation` metric, over "
        f"{rows[0]['nearest_images']:,} "
        "images of either side: the median distance to the nearest training image, that of test images being 1, and "
        f"the share of images nearer than {1 - QUANTILE:.0%} of test images are. ± is the deviation of "
        f"{findings.protocol['repeats']} draws, where there are more images than one draw takes."
    )


def _table(findings: Findings, extractor: str, rows: Sequence[Row]) -> str:
    return table(
        ["", findings.score(extractor), "trained on", "ratio of nearest distances", "share near training"],
        (
            [
                row["subject"] if row["kind"] != GENERATOR else f"`{row['subject']}`",
                with_deviation(row["distance"], row["deviation"]),
                f"{row['training_images']:,}",
                f"{row['ratio']:.3f}",
                f"{row['share_near']:.3f}",
            ]
            for row in rows
        ),
    )


def _distance_shows(rows: Sequence[Row]) -> list[str]:
    floor, replay = (next(row for row in rows if row["kind"] == kind) for kind in (FLOOR, REPLAY))
    difference = replay["distance"] - floor["distance"]
    text = (
        f"By the distance, a generator that replays {replay['training_images']:,} training images has "
        f"{with_deviation(replay['distance'], replay['deviation'])}, and real images that it has not seen have "
        f"{with_deviation(floor['distance'], floor['deviation'])}"
    )
    if floor["deviation"] is None or replay["deviation"] is None:
        found = [f"{text}."]
    else:
        spread = float(np.hypot(floor["deviation"], replay["deviation"]))
        told = "tells them apart" if abs(difference) > 2 * spread else "does not tell them apart"
        apart = f"the means differ by {difference:.2g}, single draws by {spread:.2g}"
        found = [f"{text}: {apart}, so that one draw of either {told}."]
    generators = [row for row in rows if row["kind"] == GENERATOR]
    if generators:
        worse = [row for row in generators if row["distance"] > replay["distance"]]
        best = min(generators, key=lambda row: row["distance"])
        found.append(
            f"The replay scores better than {len(worse)} of {len(generators)} trained models, of which "
            f"`{best['subject']}` is the best with {best['distance']:.4g}."
        )
    return found


def _nearest_shows(rows: Sequence[Row]) -> list[str]:
    floor, replay = (next(row for row in rows if row["kind"] == kind) for kind in (FLOOR, REPLAY))
    told = "tells" if _is_near(replay) and not _is_near(floor) else "does not tell"
    found = [
        f"The distance to the nearest training image {told} them apart: its ratio is {replay['ratio']:.3f} for the "
        f"replay and {floor['ratio']:.3f} for the unseen images (under {_NEAR:g} counts as near)."
    ]
    for row in rows:
        if row["noise"]:
            seen = "still shows the replay" if _is_near(row) else "no longer shows the replay"
            found.append(
                f"With noise of {row['noise']:.0%} of the range on what is replayed, the ratio is {row['ratio']:.3f} "
                f"and {seen}; the distance is {row['distance']:.4g}."
            )
    generators = [row["ratio"] for row in rows if row["kind"] == GENERATOR]
    if generators:
        found.append(f"The trained models have ratios from {min(generators):.3f} to {max(generators):.3f}.")
    return found


def _is_near(row: Row) -> bool:
    return row["ratio"] < _NEAR


_LIMITS = (
    "What this does not show: whether a trained model has learned a few images by heart, for which its nearest pairs "
    "are to be looked at (`tfgen evaluate NAME --metrics memorisation`); copies that are moved, mirrored or pieced "
    "together. Nearness is in the extractor's features, not in pixels. A ratio under 1 is not copying where samples "
    "have little detail. Trained models are compared with the whole training split, the replay with what it replays."
)
