"""What the gallery knows of one name of the zoo: its folder's files, and what kind of model it is."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tfgen.json_lines import read_rows
from tfgen.zoo.entries import LOG, SCORES, Entry
from tfgen.zoo.families import family
from tfgen.zoo.rows import is_finite, is_of, protocol

SMALL_SIDE = 32
"""Images of at most so many pixels a side are shown with their pixels as squares, and move without loss."""

MOST_CLASSES = 10
"""Walks of a model that knows classes, one for each."""

# The metric that says most of a family, where it was measured.
_MAIN = {
    "GAN": ("fid",),
    "VAE": ("fid", "log_likelihood"),
    "autoencoder": ("reconstruction",),
    "classifier": ("accuracy",),
}


@dataclass(frozen=True)
class Exhibit:
    """A checkpoint, or a recipe without weights.

    Attributes:
        entry: What the zoo has of it.
        walk: Its animation; None if there is none.
        no_walk: Why not, as a sentence for its page; empty where nothing needs to be said.
    """

    entry: Entry
    walk: Path | None = None
    no_walk: str = ""

    @property
    def name(self) -> str:
        """Its name in the zoo."""
        return self.entry.name

    @property
    def trained(self) -> bool:
        """Whether it has weights."""
        return self.entry.card is not None

    @property
    def data_set(self) -> str:
        """What its recipe calls the images."""
        return str(self.entry.recipe.table["data"]["name"])

    @cached_property
    def family(self) -> str:
        """GAN, VAE, autoencoder, classifier, or other."""
        return family(self.entry.recipe)

    @property
    def classes(self) -> Sequence[str]:
        """The classes that it draws images of by their numbers; none for a classifier, which draws nothing."""
        return () if self.family == "classifier" else self.entry.classes

    @property
    def scores(self) -> Sequence[Mapping[str, Any]]:
        """The rows on its card."""
        return self.part("scores", [])

    @property
    def main_score(self) -> Mapping[str, Any] | None:
        """The row that stands for the others on a small card: by its family's metric, or else the first.

        A score of these very weights goes before one of an earlier file, and FID before FID by another network, which
        its name has in brackets.
        """
        finite = [row for row in self.scores if is_finite(row)]
        finite.sort(key=lambda row: (not is_of(row, self.entry.card), "[" in row["name"]))
        by_metric = {row.get("metric"): row for row in reversed(finite)}
        found = [by_metric[metric] for metric in _MAIN.get(self.family, ()) if metric in by_metric]
        return (found or finite or [None])[0]

    @property
    def log(self) -> list[dict[str, Any]]:
        """The rows of its training's log: a step and the values of each; none if it was not kept."""
        return self._rows(LOG)

    @property
    def scores_while_training(self) -> list[dict[str, Any]]:
        """The results that were measured meanwhile."""
        return self._rows(SCORES)

    @property
    def recipe_text(self) -> str:
        """Its recipe, with comments."""
        return (self.entry.folder / "recipe.toml").read_text(encoding="utf-8")

    def part(self, key: str, otherwise: Any) -> Any:
        """What the card has under a key; something else if it has not, or there is no card."""
        return (self.entry.card or {}).get(key) or otherwise

    def has(self, file: str) -> bool:
        """Whether its folder has a picture that the card stands beside."""
        return self.trained and (self.entry.folder / file).is_file()

    def _rows(self, file: str) -> list[dict[str, Any]]:
        return [row for row in read_rows(self.entry.folder / file) if isinstance(row.get("step"), int)]


def score_id(row: Mapping[str, Any]) -> str:
    """A short name of a row's protocol that stays the same from site to site."""
    return hashlib.sha256(protocol(row).encode()).hexdigest()[:8]
