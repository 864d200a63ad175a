"""Checkpoints that commands draw images from; what their texts tell is told before TensorFlow loads."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tfgen.cli.quiet import load_tensorflow
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    from tfgen.models import GenerativeModel
    from tfgen.zoo.entries import Entry


def open_generator(name: str, labels: Sequence[int], *, chosen_if_none: bool = False) -> "GenerativeModel":
    """The model of a checkpoint, trained, and sure to draw images of these labels.

    Args:
        name: A name in the zoo, or the path of a run's folder.
        labels: The classes to draw, none where none are said.
        chosen_if_none: Whether a model that needs labels may choose them itself where none are said.

    Raises:
        TfgenError: If the checkpoint is not there or not trained, or draws no images.
        ValueError: If it takes no labels and is given some, needs some and is given none, or has no such classes.
    """
    from tfgen.zoo import load
    from tfgen.zoo.entries import find
    from tfgen.zoo.weights import weights_file

    entry = find(name)
    _check(entry, labels, chosen_if_none)
    weights_file(entry)
    load_tensorflow()
    from tfgen.latent import check_labels

    model = load(name)
    if labels or not chosen_if_none:
        check_labels(model, labels or None)
    return model


def _check(entry: "Entry", labels: Sequence[int], chosen_if_none: bool) -> None:
    model = entry.recipe.table["model"]
    if model["name"] == "classifier":
        raise TfgenError(f"{entry.name} is a classifier and draws no images; GANs and autoencoders do")
    classes = model.get("num_classes")
    if classes and not labels and not chosen_if_none:
        raise TfgenError(f"{entry.name} draws images of a class; say which by --label, from 0 to {classes - 1}")
    if classes and labels and max(labels) >= classes:
        raise TfgenError(f"{entry.name} knows the classes 0 to {classes - 1}, and not {max(labels)}")
    # An InfoGAN's classes are its prior's, which tells them when it is loaded.
    if labels and not classes and model["name"] != "info_gan":
        raise TfgenError(f"{entry.name} knows no classes; leave out --label")
