"""From a recipe's text to the model that it describes."""

from collections.abc import Callable
from typing import Any

import keras

from tfgen.losses import LOSSES
from tfgen.models import MODELS
from tfgen.models.generative_model import GenerativeModel
from tfgen.networks import NETWORKS
from tfgen.priors import PRIORS
from tfgen.recipes.recipe import Recipe, RecipeError

_REGISTRIES = {"prior": PRIORS, "likelihood": LOSSES, "reconstruction_loss": LOSSES}


def build_model(recipe: Recipe) -> GenerativeModel:
    """The recipe's model with its networks, freshly initialised, not compiled.

    Raises:
        RecipeError: If a name or an argument in the recipe does not exist, or the networks do not fit.
    """
    table = dict(recipe.table["model"])
    name, latent_dim, _ = (table.pop(key) for key in ("name", "latent_dim", "image_shape"))
    method = _get(recipe, MODELS, name)
    needed = method.network_arguments(recipe.image_shape, latent_dim)
    given = recipe.table["networks"]
    if set(needed) != set(given):
        raise RecipeError(
            f"recipe {recipe.name}: {name} takes the networks {', '.join(needed)}, not {', '.join(given)}"
        )
    networks = {
        role: _make(recipe, f"networks.{role}", NETWORKS, {**arguments, **given[role]})
        for role, arguments in needed.items()
    }
    for key, registry in _REGISTRIES.items():
        if key in table:
            entry = table[key] if isinstance(table[key], dict) else {"name": table[key]}
            table[key] = _make(recipe, f"model.{key}", registry, entry)
    return _call(recipe, "model", method, {**networks, **table, "seed": recipe.seed})


def compile_model(recipe: Recipe, model: GenerativeModel) -> None:
    """Compiles the model with the recipe's optimizers and `[compile]` options.

    Raises:
        RecipeError: If an optimizer or an option does not exist.
    """
    tables = {f"{role}_optimizer": table for role, table in recipe.table.get("optimizers", {}).items()}
    if "optimizer" in recipe.table:
        tables["optimizer"] = recipe.table["optimizer"]
    optimizers = {argument: _optimizer(recipe, argument, table) for argument, table in tables.items()}
    _call(recipe, "compile", model.compile, {**optimizers, **recipe.table.get("compile", {})})


def _optimizer(recipe: Recipe, argument: str, table: dict[str, Any]) -> keras.optimizers.Optimizer:
    config = dict(table)
    name = str(config.pop("name", ""))
    try:
        return keras.optimizers.get({"class_name": name, "config": config})
    except (TypeError, ValueError) as error:
        raise RecipeError(f"recipe {recipe.name}: {argument} {name!r} cannot be made: {_first_line(error)}") from error


def _make(recipe: Recipe, where: str, registry: Any, table: dict[str, Any]) -> Any:
    arguments = dict(table)
    return _call(recipe, where, _get(recipe, registry, arguments.pop("name", "")), arguments)


def _get(recipe: Recipe, registry: Any, name: str) -> Any:
    try:
        return registry.get(str(name))
    except KeyError as error:
        raise RecipeError(f"recipe {recipe.name}: {error}") from error


def _call(recipe: Recipe, where: str, function: Callable, arguments: dict[str, Any]) -> Any:
    try:
        return function(**arguments)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"recipe {recipe.name}, [{where}]: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
