"""What a training starts from: a recipe's `[start]` table."""

from typing import TYPE_CHECKING

from absl import logging

from tfgen.recipes.recipe import Recipe, RecipeError
from tfgen.zoo.entries import find
from tfgen.zoo.loading import load
from tfgen.zoo.weights import sha256, weights_file

if TYPE_CHECKING:
    import keras

    from tfgen.models.image_model import ImageModel


def check_start(recipe: Recipe) -> dict[str, dict[str, str]]:
    """What the recipe's `[start]` names, found without loading TensorFlow.

    Args:
        recipe: Its `start` has, by network of the model, a `checkpoint` (a name in the zoo, or the path of a run's or a
            checkpoint's folder), and the `network` in there if that has another name.

    Returns:
        By network of the model: the `checkpoint`, the `network` in there, and the `sha256` of the checkpoint's weights.

    Raises:
        RecipeError: If there is no such checkpoint or no such network in it.
        CheckpointError: If a checkpoint has no weights, or they cannot be had.
    """
    found = {}
    for role, table in recipe.table.get("start", {}).items():
        checkpoint, network = str(table["checkpoint"]), str(table.get("network", role))
        entry = find(checkpoint)
        if network not in entry.networks:
            raise RecipeError(
                f"{_where(recipe, role)}: {checkpoint} has no network {network!r}; it has {', '.join(entry.networks)}"
            )
        found[role] = {"checkpoint": checkpoint, "network": network, "sha256": sha256(weights_file(entry))}
    return found


def start_from_checkpoints(recipe: Recipe, model: "ImageModel") -> dict[str, dict[str, str]]:
    """Gives networks of a model the weights that the recipe's `[start]` names.

    `[start.generator] checkpoint = "runs/autoencoder", network = "decoder"` pretrains a generator as the decoder of an
    autoencoder; the same network of both fine-tunes one.

    Args:
        recipe: As for `check_start`.
        model: The recipe's model; networks that `start` does not name stay as they are.

    Returns:
        What they were, as `check_start` does.

    Raises:
        RecipeError: As `check_start`, or if the weights have other shapes.
        CheckpointError: As `check_start`.
    """
    found = check_start(recipe)
    for role, origin in found.items():
        checkpoint, network = origin["checkpoint"], origin["network"]
        source, target = getattr(load(checkpoint), network), getattr(model, role)
        if misfit := _misfit(source, target):
            raise RecipeError(f"{_where(recipe, role)}: the {network} of {checkpoint} does not fit: {misfit}")
        for variable, value in zip(target.weights, source.weights, strict=True):
            variable.assign(value)
        logging.info("the %s starts as the %s of %s", role, network, checkpoint)
    return found


def _where(recipe: Recipe, role: str) -> str:
    return f"recipe {recipe.name}, [start.{role}]"


def _misfit(source: "keras.Model", target: "keras.Model") -> str | None:
    if len(source.weights) != len(target.weights):
        return f"it has {len(source.weights)} weights, and {len(target.weights)} are needed"
    for theirs, ours in zip(source.weights, target.weights, strict=True):
        if theirs.shape != ours.shape:
            return f"its {theirs.path} is {tuple(theirs.shape)}, and {tuple(ours.shape)} is needed"
    return None
