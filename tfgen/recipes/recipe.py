"""A recipe: the text that states a training, read and checked without loading TensorFlow."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from tfgen.errors import TfgenError
from tfgen.recipes.assignments import assigned

_KEYS = {
    "description": str,
    "seed": int,
    "steps": int,
    "report_every": int,
    "data": dict,
    "model": dict,
    "networks": dict,
    "start": dict,
    "optimizer": dict,
    "optimizers": dict,
    "compile": dict,
    "scoring": dict,
}
_WORDS = {str: "text in quotes", int: "a whole number", dict: "a table"}
_PIPELINE_KEYS = ("name", "batch_size", "split", "held_out_split", "labels", "max_shift", "flip")
_REQUIRED = ("description", "seed", "steps", "data", "model", "networks")
_SCORING_KEYS = {
    "metrics": (list, "a list of names"),
    "every": (int, "a whole number, 1 or more"),
    "against": (str, "the name of images"),
    "samples": (int, "a whole number, 1 or more"),
    "reference_samples": (int, "a whole number, 1 or more"),
    "extractor": (str, "a name"),
    "resizer": (str, "a name"),
    "quantise": (bool, "true or false"),
    "settings": (dict, "a table of the metrics' constants"),
}
_NEEDED = {"data": ("name", "batch_size"), "model": ("name", "image_shape")}


class RecipeError(TfgenError, ValueError):
    """A recipe that cannot be followed; the message names the key."""


@dataclass(frozen=True)
class Recipe:
    """Everything that a training depends on.

    Attributes:
        name: The recipe's name, `<method or architecture>_<dataset>[.tag]`.
        table: The TOML file as nested dictionaries, checked for missing and unknown keys.
    """

    name: str
    table: dict[str, Any]

    @property
    def description(self) -> str:
        """One line for a listing."""
        return self.table["description"]

    @property
    def seed(self) -> int:
        """Seed of the initial weights, the noise and the order of the data."""
        return self.table["seed"]

    @property
    def steps(self) -> int:
        """Length of the training: updates of the generator, or of the autoencoder."""
        return self.table["steps"]

    @property
    def report_every(self) -> int:
        """Steps between two checkpoints, sample grids and lines of the log: 500, or a tenth of a shorter training."""
        return self.table.get("report_every", min(500, -(-self.steps // 10)))

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channels)."""
        return tuple(self.table["model"]["image_shape"])

    @property
    def data_options(self) -> dict[str, Any]:
        """What `[data]` says beyond the set's name and the pipeline: arguments of `data.load_images`."""
        return {key: value for key, value in self.table["data"].items() if key not in _PIPELINE_KEYS}

    def changed(self, **values: Any) -> "Recipe":
        """The recipe with these top-level values (`steps`, `seed`) in place of its own; None leaves one as it is."""
        given = {key: value for key, value in values.items() if value is not None}
        return make_recipe(self.name, {**self.table, **given})

    def overridden(self, assignments: Sequence[str]) -> "Recipe":
        """The recipe with values set by `"table.key=value"`, as `assigned` reads them.

        Raises:
            RecipeError: If an assignment has no `=`, or its path leads nowhere.
        """
        try:
            return make_recipe(self.name, assigned(self.table, assignments))
        except RecipeError:
            raise
        except ValueError as error:
            raise RecipeError(str(error)) from error

    def to_toml(self) -> str:
        """The recipe as a TOML file's text."""
        return tomli_w.dumps(self.table)


def make_recipe(name: str, table: dict[str, Any]) -> Recipe:
    """A recipe from a nested dictionary.

    Raises:
        RecipeError: If a key is missing, unknown or of the wrong type.
    """
    for key, value in table.items():
        if key not in _KEYS:
            raise RecipeError(f"recipe {name} has an unknown key {key!r}; known are {', '.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]) or isinstance(value, bool):
            raise RecipeError(f"recipe {name}: {key} is {value!r}; it has to be {_WORDS[_KEYS[key]]}")
    missing = [key for key in _REQUIRED if key not in table]
    missing += [
        f"{key}.{inner}" for key, needed in _NEEDED.items() for inner in needed if inner not in table.get(key, {})
    ]
    if missing:
        raise RecipeError(f"recipe {name} does not say {', '.join(missing)}")
    if ("optimizer" in table) == ("optimizers" in table):
        raise RecipeError(f"recipe {name} needs either [optimizer], or [optimizers.<network>] for each network")
    for outer in ("networks", "optimizers"):
        for inner, value in table.get(outer, {}).items():
            if not isinstance(value, dict):
                raise RecipeError(
                    f"recipe {name}: {outer}.{inner} is {value!r}; write it as a table, [{outer}.{inner}] with a name"
                )
    for role, entry in table.get("start", {}).items():
        if role not in table["networks"]:
            raise RecipeError(
                f"recipe {name}: start.{role} is no network of the recipe; it has {', '.join(table['networks'])}"
            )
        if not isinstance(entry, dict) or "checkpoint" not in entry or set(entry) - {"checkpoint", "network"}:
            raise RecipeError(
                f"recipe {name}: start.{role} is {entry!r}; write a table of its checkpoint, and of the network in "
                "there if that has another name"
            )
    if "image_size" in table["data"]:
        raise RecipeError(f"recipe {name}: data.image_size is what model.image_shape says already; leave it out")
    counts = {"steps": table["steps"], "report_every": table.get("report_every", 1)}
    counts |= {"data.batch_size": table["data"]["batch_size"]}
    for key, value in counts.items():
        if not isinstance(value, int) or value < 1:
            raise RecipeError(f"recipe {name}: {key} is {value!r}; it is a whole number, 1 or more")
    if not 0 <= table["seed"] < 2**32:
        raise RecipeError(f"recipe {name}: seed is {table['seed']}; it is from 0 to 2**32 - 1")
    scoring = table.get("scoring", {})
    for key, value in scoring.items():
        if key not in _SCORING_KEYS:
            raise RecipeError(f"recipe {name} has an unknown key scoring.{key}; known are {', '.join(_SCORING_KEYS)}")
        wanted, words = _SCORING_KEYS[key]
        sound = isinstance(value, wanted) and isinstance(value, bool) == (wanted is bool)
        if not sound or (wanted is int and value < 1):
            raise RecipeError(f"recipe {name}: scoring.{key} is {value!r}; it is {words}")
    shape = table["model"]["image_shape"]
    if not (isinstance(shape, list) and len(shape) == 3 and all(isinstance(side, int) and side > 0 for side in shape)):
        raise RecipeError(f"recipe {name}: model.image_shape is {shape!r}; write it as [height, width, channels]")
    return Recipe(name, table)


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file, named after its folder if the file is `recipe.toml`, else after the file.

    Raises:
        RecipeError: If the file is not TOML or not a recipe.
    """
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not a TOML file: {error}") from error
    name = path.resolve().parent.name if path.name == "recipe.toml" else path.stem
    return make_recipe(name, table)
