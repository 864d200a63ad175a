"""What is in the zoo: folders with a recipe, and a card where the weights exist. Reads text only."""

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tfgen.errors import CheckpointError
from tfgen.recipes import Recipe, find_recipe, list_recipes, read_recipe, zoo_folder

WEIGHTS = "model.weights.h5"


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


def list_models(pattern: str = "*") -> list[str]:
    """Names in the zoo that match a shell pattern such as `"*_fashion_mnist"`, with weights or without, sorted."""
    return [name for name in list_recipes() if fnmatchcase(name, pattern)]


def find(name: str) -> Entry:
    """The entry of a name in the zoo, or of the path of a folder that holds `recipe.toml`.

    Raises:
        RecipeError: If there is none; the message lists the near names.
        CheckpointError: If its card cannot be read.
    """
    as_path = Path(name)
    is_path = (as_path / "recipe.toml").is_file()
    folder = as_path if is_path else zoo_folder() / name
    recipe = read_recipe(folder / "recipe.toml") if is_path else find_recipe(name)
    return Entry(name, folder, recipe, _read_card(folder / "card.json"))


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
    """The error for an entry without weights."""
    return CheckpointError(f"{entry.name} has no published weights yet; `tfgen train {entry.name}` trains them")


def _read_card(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise CheckpointError(f"{path} is not a card: {error}") from error
