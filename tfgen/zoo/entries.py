"""What is in the zoo: folders with a recipe, and a card where the weights exist. Reads text only."""

import hashlib
import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import filelock

from tfgen.errors import CheckpointError
from tfgen.paths import tfgen_home
from tfgen.recipes import Recipe, find_recipe, list_recipes, zoo_folder

WEIGHTS = "model.weights.h5"
SCORES = "scores.jsonl"
LOG = "log.jsonl"
FIRST_STEPS = "first_steps.jsonl"
BEGUN = "begun.json"
NAME = r"[a-z0-9]+(_[a-z0-9]+)+(\.[a-z0-9_]+)?"
"""What a checkpoint's name looks like: <method or architecture>_<dataset>[.tag]."""


@dataclass(frozen=True)
class Entry:
    """A folder of the zoo, or of a training run.

    Attributes:
        name: Its name, or the path that it was asked for by.
        folder: Where it is.
        recipe: How it is trained.
        card: What is known of its weights; None if they do not exist yet, or are a run's that is not published.
    """

    name: str
    folder: Path
    recipe: Recipe
    card: dict[str, Any] | None

    @property
    def networks(self) -> tuple[str, ...]:
        """The recipe's networks that the weights are of."""
        one = self.card and self.card["weights"].get("network")
        return (one,) if one else tuple(self.recipe.table["networks"])

    @property
    def first_steps_made_on(self) -> dict[str, dict[str, Any]]:
        """The `versions`, the `machine` and the `data` of the record of the first steps: as the card has them.

        A record that was made elsewhere than where the training ended has its own under the card's key `first_steps`.
        """
        made = {**(self.card or {}), **(self.card or {}).get("first_steps", {})}
        return {key: made.get(key, {}) for key in ("versions", "machine", "data")}

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes that the weights were trained with, in the order of their labels; empty if unknown."""
        record = self.card
        if record is None and (path := self.folder / "run.json").is_file():
            record = json.loads(path.read_text(encoding="utf-8"))
        return tuple((record or {}).get("data", {}).get("classes", ()))


def list_models(pattern: str = "*") -> list[str]:
    """Names in the zoo that match a shell pattern such as `"*_fashion_mnist"`, with weights or without, sorted."""
    return [name for name in list_recipes() if fnmatchcase(name, pattern)]


def find(name: str) -> Entry:
    """The entry of a name in the zoo, or of the path, with a `/` in it, of a folder that holds `recipe.toml`.

    Raises:
        RecipeError: If there is none; the message lists the near names.
        CheckpointError: If its card cannot be read.
    """
    folder = Path(name) if "/" in name else zoo_folder() / name
    return Entry(name, folder, find_recipe(name), _read_card(folder / "card.json"))


def card(name: str) -> dict[str, Any]:
    """The card of a checkpoint: hash, licences, what it was trained on, versions, scores, golden values.

    Raises:
        RecipeError: If there is no such entry; the message lists the near names.
        CheckpointError: If the entry has no weights yet; the message names the command that trains them.
    """
    entry = find(name)
    if entry.card is None:
        raise not_trained(entry)
    return entry.card


def not_trained(entry: Entry) -> CheckpointError:
    """The error for an entry without a card, or without weights."""
    if (entry.folder / "run.json").is_file():
        publish = f"tfgen zoo publish {entry.folder} NAME --data-license LICENCE"
        return CheckpointError(f"{entry.folder} has no card; `{publish}` makes one")
    if (entry.folder / "checkpoint.npz").is_file():
        return CheckpointError(
            f"the training in {entry.folder} is not finished; the same `tfgen train ... --output {entry.folder}` "
            "finishes it"
        )
    return CheckpointError(f"{entry.name} has no published weights yet; `tfgen train {entry.name}` trains them")


def best_weights(run: Path, step: int) -> Path:
    """Where a run keeps the weights of a step that scored best."""
    return Path(run) / "best" / f"step_{step:06d}.weights.h5"


def locked(folder: Path) -> filelock.FileLock:
    """A lock for those who change a folder of the zoo; its file is under `TFGEN_HOME`, for the zoo is shipped."""
    key = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]
    path = tfgen_home() / "locks" / f"{key}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(path)


def _read_card(path: Path) -> dict[str, Any] | None:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        weights = card["weights"]
        # These name a folder of the cache, so that a card from elsewhere must not choose them freely.
        sound = re.fullmatch(NAME, card["name"]) and re.fullmatch("[0-9a-f]{64}", weights["sha256"])
        sound = sound and isinstance(weights["bytes"], int)
        urls = weights.get("urls", [])
        sound = sound and isinstance(urls, list) and all(isinstance(url, str) for url in urls)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} is not a card: {type(error).__name__} {error}") from error
    if not sound:
        raise CheckpointError(f"{path} is not a card: its name, sha256, bytes or urls is not what one looks like")
    return card
