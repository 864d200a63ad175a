"""The images that a recipe trains on, and those that it shows."""

from pathlib import Path

import numpy as np
import tensorflow as tf
from absl import logging

from tfgen import data
from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.models.image_model import ImageModel
from tfgen.recipes.recipe import Recipe


def training_images(recipe: Recipe, data_dir: Path | None) -> data.ImageSet:
    """The images of a recipe's `[data]`.

    Raises:
        TfgenError: If they have another shape than the recipe's model.
    """
    return _load_images(recipe, recipe.table["data"].get("split", "train"), data_dir)


def held_out_images(
    recipe: Recipe, model: ImageModel, trained_on: data.ImageSet, data_dir: Path | None
) -> dict[str, np.ndarray | None]:
    """32 images to watch reconstructions of: held-out ones where there are any that the model can take.

    Returns:
        `images`, float32 in [-1, 1], and `labels`, None if they have none.
    """
    shown = trained_on
    try:
        found = _load_images(recipe, recipe.table["data"].get("held_out_split", "test"), data_dir)
        check_labels(recipe, model, found)
        shown = found
    except (TfgenError, ValueError) as error:
        logging.info("reconstructions are shown of training images: %s", error)
    return {"images": from_uint8(shown.images[:32]), "labels": None if shown.labels is None else shown.labels[:32]}


def check_labels(recipe: Recipe, model: ImageModel, images: data.ImageSet) -> None:
    """Checks that a model that knows classes is trained on as many, by their labels.

    Raises:
        TfgenError: If the recipe asks for no labels, or the set has another number of classes, or labels beyond it.
    """
    known = getattr(model, "num_classes", None)
    if known is None:
        return
    if not recipe.table["data"].get("labels"):
        raise TfgenError(f"recipe {recipe.name} trains a model of {known} classes without labels; set data.labels=true")
    if images.labels is None:
        raise TfgenError(f"{images.origin} has no labels, and recipe {recipe.name} trains a model of {known} classes")
    lowest, highest = int(images.labels.min()), int(images.labels.max())
    found = len(images.class_names) or max(known, highest + 1)
    if found != known or not 0 <= lowest <= highest < known:
        names = f" ({', '.join(images.class_names)})" if 0 < len(images.class_names) <= 10 else ""
        raise TfgenError(
            f"the model of recipe {recipe.name} has {known} classes, and {found}{names}, labelled {lowest} to "
            f"{highest}, are in the data ({images.origin}); set model.num_classes={found}"
        )


def training_batches(recipe: Recipe, model: ImageModel, images: data.ImageSet) -> tf.data.Dataset:
    """Batches without end, from the one on that the model's next step sees."""
    table = recipe.table["data"]
    return data.batches(
        images,
        table["batch_size"] * model.batches_per_step,
        labels=table.get("labels", False),
        max_shift=table.get("max_shift", 0),
        flip=table.get("flip", False),
        seed=recipe.seed,
        repeat=True,
        start_step=model.trained_steps,
    )


def _load_images(recipe: Recipe, split: str, data_dir: Path | None) -> data.ImageSet:
    images = data.load_images(
        recipe.table["data"]["name"], split, image_size=recipe.image_shape[0], data_dir=data_dir, **recipe.data_options
    )
    if images.images.shape[1:] != recipe.image_shape:
        raise TfgenError(
            f"recipe {recipe.name} is for images of shape {recipe.image_shape} and {images.origin} gives "
            f"{images.images.shape[1:]}; set model.image_shape"
        )
    return images
