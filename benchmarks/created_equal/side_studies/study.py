"""What a side study is: settings in, rows out, and a picture and a text of the rows."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from tfgen import __version__
from tfgen.errors import TfgenError
from tfgen.evaluation.extractors import default_extractor
from tfgen.evaluation.one_pass import score_name
from tfgen.evaluation.sources import ImageSource, Source
from tfgen.metrics.features.extractor import Extractor

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Setting:
    """What a study measures on.

    Attributes:
        training: The split that generators are trained on.
        test: The split that they are compared with.
        extractors: The networks that see the images; each is measured by itself.
        counts: Numbers of images of either side.
        repeats: How often each measurement is drawn anew.
        seed: Of all that is drawn.
        generators: Models, or images of theirs, for the studies that take some.
    """

    training: ImageSource
    test: ImageSource
    extractors: Sequence[Extractor]
    counts: Sequence[int]
    repeats: int
    seed: int = 0
    generators: Sequence[Source] = ()

    def protocol(self) -> dict[str, Any]:
        """What all rows of a study rest on."""
        shape = self.test.image_shape
        return {
            "dataset": self.test.name,
            "training": {"name": self.training.label, **self.training.protocol()},
            "test": {"name": self.test.label, **self.test.protocol()},
            "extractors": {
                extractor.name: {
                    "score": score_name("FID", extractor),
                    "is_standard": extractor.is_standard,
                    "features": extractor.network.output["features"].shape[-1],
                    "classes": extractor.classes,
                    **extractor.protocol(shape),
                }
                for extractor in self.extractors
            },
            "generators": {source.label: source.protocol() for source in self.generators},
            "counts": list(self.counts),
            "repeats": self.repeats,
            "seed": self.seed,
            "versions": {
                "tfgen": __version__,
                "python": platform.python_version(),
                **{name: version(name) for name in ("tensorflow", "keras", "numpy", "scipy")},
            },
        }


class Findings(NamedTuple):
    """What a study found.

    Attributes:
        protocol: What all rows rest on.
        rows: What was measured.
    """

    protocol: Mapping[str, Any]
    rows: Sequence[Row]

    def by_extractor(self) -> dict[str, list[Row]]:
        """The rows of each extractor, in their order."""
        names = dict.fromkeys(row["extractor"] for row in self.rows)
        return {name: [row for row in self.rows if row["extractor"] == name] for name in names}

    def score(self, extractor: str) -> str:
        """What the distance by an extractor is called: FID only if it is FID's own network."""
        return self.protocol["extractors"][extractor]["score"]

    def seen_by(self, extractor: str) -> str:
        """An extractor in words: its name, how images were brought to its size, and the start of its sha256."""
        found = self.protocol["extractors"][extractor]
        resizer = "no resizing" if found["resizer"] == "none" else found["resizer"]
        return f"`{extractor}` ({resizer}, {found['quantisation']}, sha256 {found['sha256'][:12]})"


class Study:
    """A side study, registered in `SIDE_STUDIES`; the docstring's first line says what it shows."""

    title: str
    """A heading."""

    repeats: int = 1
    """How often each measurement is drawn anew, unless the user says so."""

    settings: Mapping[str, Any] = {}
    """Constants of its own that the rows rest on."""

    def default_counts(self, training: ImageSource, test: ImageSource) -> list[int]:
        """How many images of either side are taken, unless the user says so."""
        raise NotImplementedError(f"{type(self).__name__} does not say how many images it takes")

    def extractor_names(self, asked: Sequence[str], test: ImageSource) -> list[str]:
        """Which networks see the images: those that the user asks for, else the data set's own classifier."""
        return list(asked) or [default_extractor(test)]

    def generator_names(self, asked: Sequence[str] | None, test: ImageSource) -> list[str]:
        """Which models it takes: those that the user asks for, its own choice for None; a study may take none."""
        return []

    def measure(self, setting: Setting) -> list[Row]:
        """Measures.

        Raises:
            TfgenError: If there are too few images, or they lack what the study needs.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how it measures")

    def draw(self, findings: Findings) -> Figure:
        """A picture of the rows, 800 pixels wide at 100 dots an inch."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it draws")

    def describe(self, findings: Findings) -> str:
        """Markdown: what was measured, a table, what the rows show, and what they do not."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it found")


def check_count(count: int, available: int, of_what: str) -> None:
    """Refuses more images than there are.

    Raises:
        TfgenError: Saying how many there are.
    """
    if not 2 <= count <= available:
        raise TfgenError(f"{count:,} images are asked for of {of_what}; 2 to {available:,} are there (--counts)")
