"""Recipes by name."""

from pathlib import Path

from tfgen.recipes.recipe import Recipe, RecipeError, read_recipe
from tfgen.registry import UnknownNameError


def find_recipe(name_or_path: str) -> Recipe:
    """The recipe of the zoo by name, or any recipe by the path of its TOML file or of the folder that holds it.

    Raises:
        RecipeError: If there is none; the message lists the near names.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or "/" in name_or_path:
        path = path / "recipe.toml" if path.is_dir() else path
        if not path.is_file():
            if path.suffix == ".toml":
                raise RecipeError(f"there is no recipe at {name_or_path}")
            raise RecipeError(
                f"there is no run or recipe at {name_or_path}; `tfgen train RECIPE --output {name_or_path}` makes a run"
            )
        return read_recipe(path)
    named = zoo_folder() / name_or_path / "recipe.toml"
    if not named.is_file():
        hint = f"; for the folder of that name write ./{name_or_path}" if path.is_dir() else ""
        raise RecipeError(f"{UnknownNameError('recipe or checkpoint', name_or_path, list_recipes())}{hint}")
    return read_recipe(named)


def list_recipes() -> list[str]:
    """Names of all recipes in the zoo, sorted."""
    return sorted(path.parent.name for path in zoo_folder().glob("*/recipe.toml"))


def zoo_folder() -> Path:
    """The folder with one sub-folder a checkpoint: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "zoo" / "checkpoints"
    return installed if installed.is_dir() else package.parent / "zoo"
