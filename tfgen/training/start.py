"""What a training starts from: a recipe's `[start]` table."""

import keras
from absl import logging

from tfgen.models.image_model import ImageModel
from tfgen.recipes.recipe import Recipe, RecipeError
from tfgen.zoo.entries import find
from tfgen.zoo.loading import load


def start_from_checkpoints(recipe: Recipe, model: ImageModel) -> None:
    """Gives networks of a model the weights that the recipe's `[start]` names.

    `[start.generator] checkpoint = "autoencoder_fashion_mnist.dcgan", network = "decoder"` pretrains a generator as the
    decoder of an autoencoder; the same network of both fine-tunes one.

    Args:
        recipe: Its `start` has, by network of the model, a `checkpoint` (a name in the zoo, or the path of a run's or a
            checkpoint's folder), and the `network` in there if that has another name.
        model: The recipe's model; networks that `start` does not name stay as they are.

    Raises:
        RecipeError: If there is no such checkpoint or no such network in it, or its weights have other shapes.
        CheckpointError: If a checkpoint has no weights, or they cannot be had.
    """
    for role, table in recipe.table.get("start", {}).items():
        checkpoint, network = str(table["checkpoint"]), str(table.get("network", role))
        networks = find(checkpoint).recipe.table["networks"]
        where = f"recipe {recipe.name}, [start.{role}]: "
        if network not in networks:
            raise RecipeError(f"{where}{checkpoint} has no network {network!r}; it has {', '.join(networks)}")
        source, target = getattr(load(checkpoint), network), getattr(model, role)
        if misfit := _misfit(source, target):
            raise RecipeError(f"{where}the {network} of {checkpoint} does not fit: {misfit}")
        for variable, value in zip(target.weights, source.weights, strict=True):
            variable.assign(value)
        logging.info("the %s starts as the %s of %s", role, network, checkpoint)


def _misfit(source: keras.Model, target: keras.Model) -> str | None:
    if len(source.weights) != len(target.weights):
        return f"it has {len(source.weights)} weights, and {len(target.weights)} are needed"
    for theirs, ours in zip(source.weights, target.weights, strict=True):
        if theirs.shape != ours.shape:
            return f"its {theirs.path} is {tuple(theirs.shape)}, and {tuple(ours.shape)} is needed"
    return None
