"""From a recipe's text to the model that it describes."""

import importlib
import inspect
from collections.abc import Callable
from typing import Any

import keras

from tfgen.corruptions import CORRUPTIONS
from tfgen.losses import LOSSES
from tfgen.models import MODELS
from tfgen.models.image_model import ImageModel
from tfgen.networks import NETWORKS
from tfgen.priors import PRIORS
from tfgen.recipes.recipe import Recipe, RecipeError
from tfgen.registry import UnknownNameError
from tfgen.techniques import TECHNIQUES

_REGISTRIES = {"prior": PRIORS, "likelihood": LOSSES, "reconstruction_loss": LOSSES, "corruption": CORRUPTIONS}


def build_model(recipe: Recipe) -> ImageModel:
    """The recipe's model with its networks, freshly initialised, not compiled.

    Raises:
        RecipeError: If a name or an argument in the recipe does not exist, or the networks do not fit.
    """
    table = dict(recipe.table["model"])
    name, image_shape = table.pop("name"), tuple(table.pop("image_shape"))
    method = _get(recipe, MODELS, name)
    if not (inspect.isclass(method) and issubclass(method, ImageModel)):
        raise RecipeError(
            f"recipe {recipe.name}: {name} is no model of tfgen; name a subclass of one, such as tfgen.models.GAN"
        )
    needed = method.network_arguments(image_shape, **_shapes(recipe, method, table))
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
            table[key] = _make(recipe, f"model.{key}", registry, table[key])
    if "techniques" in table:
        table["techniques"] = _techniques(recipe, table["techniques"])
    return _call(recipe, "model", method, {**networks, **table, "seed": recipe.seed})


def compile_model(recipe: Recipe, model: ImageModel) -> None:
    """Compiles the model with the recipe's optimizers and `[compile]` options.

    Raises:
        RecipeError: If an optimizer or an option does not exist.
    """
    tables = {f"{role}_optimizer": table for role, table in recipe.table.get("optimizers", {}).items()}
    if "optimizer" in recipe.table:
        tables["optimizer"] = recipe.table["optimizer"]
    optimizers = {argument: _optimizer(recipe, argument, table) for argument, table in tables.items()}
    _call(recipe, "compile", model.compile, {**optimizers, **recipe.table.get("compile", {})})


def _shapes(recipe: Recipe, method: type[ImageModel], table: dict[str, Any]) -> dict[str, int]:
    """What the method's networks have to be told besides the images' shape; in the table stays what it takes itself."""
    keys = [key for key in inspect.signature(method.network_arguments).parameters if key != "image_shape"]
    for key in keys:
        if not isinstance(value := table.get(key), int) or value < 1:
            raise RecipeError(f"recipe {recipe.name}: model.{key} is {value!r}; it is a whole number, 1 or more")
    own = inspect.signature(method.__init__).parameters
    return {key: table[key] if key in own else table.pop(key) for key in keys}


def _optimizer(recipe: Recipe, argument: str, table: dict[str, Any]) -> keras.optimizers.Optimizer:
    config = dict(table)
    name = str(config.pop("name", ""))
    try:
        if isinstance(schedule := config.get("learning_rate"), dict):
            arguments = dict(schedule)
            class_name = arguments.pop("name", "")
            config["learning_rate"] = keras.optimizers.schedules.deserialize(
                {"class_name": class_name, "config": arguments}
            )
        return keras.optimizers.get({"class_name": name, "config": config})
    except (TypeError, ValueError) as error:
        raise RecipeError(f"recipe {recipe.name}: {argument} {name!r} cannot be made: {_first_line(error)}") from error


def _techniques(recipe: Recipe, entries: Any) -> list[Any]:
    if not isinstance(entries, list):
        raise RecipeError(
            f"recipe {recipe.name}: model.techniques is {entries!r}; write each technique as a table, "
            "[[model.techniques]] with a name"
        )
    return [_make(recipe, "model.techniques", TECHNIQUES, entry) for entry in entries]


def _make(recipe: Recipe, where: str, registry: Any, entry: Any) -> Any:
    """What a table with a name and arguments describes; a name alone is one without arguments."""
    arguments = dict(entry) if isinstance(entry, dict) else {"name": entry}
    return _call(recipe, where, _get(recipe, registry, arguments.pop("name", "")), arguments)


def _get(recipe: Recipe, registry: Any, name: Any) -> Any:
    """What is registered under a name, or one's own by its import path, `"my_package.my_module:MyGAN"`."""
    module, colon, attribute = str(name).partition(":")
    try:
        return getattr(importlib.import_module(module), attribute) if colon else registry.get(str(name))
    except KeyError as error:
        raise RecipeError(f"recipe {recipe.name}: {error}") from error
    except Exception as error:  # A user's module may fail in any way.
        reason = f"{type(error).__name__}: {_first_line(error)}"
        raise RecipeError(
            f"recipe {recipe.name}: the {registry.kind} {name!r} cannot be imported ({reason}); write it as "
            "package.module:Name, of a module that Python finds from here"
        ) from error


def _call(recipe: Recipe, where: str, function: Callable, arguments: dict[str, Any]) -> Any:
    try:
        return function(**arguments)
    except (TypeError, ValueError) as error:
        reason = _unknown_argument(function, arguments) or _first_line(error)
        raise RecipeError(f"recipe {recipe.name}, [{where}]: {reason}") from error


def _unknown_argument(function: Callable, arguments: dict[str, Any]) -> UnknownNameError | None:
    """The first argument that a function or a class does not take; None if there is none, or this cannot be told.

    A class that hands `**kwargs` on to its base takes the base's too, and a model's table what its networks are told.
    """
    calls = [function]
    if inspect.isclass(function):
        calls = [vars(each)["__init__"] for each in inspect.getmro(function) if "__init__" in vars(each)]
    known = list(inspect.signature(getattr(function, "network_arguments", lambda: None)).parameters)
    for call in calls:
        parameters = inspect.signature(call).parameters.values()
        known += [each.name for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
        if not any(each.kind is each.VAR_KEYWORD for each in parameters):
            break
    else:
        return None
    known = sorted({*known} - {"self"})
    unknown = [name for name in arguments if name not in known]
    return UnknownNameError("argument", unknown[0], known) if unknown else None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
