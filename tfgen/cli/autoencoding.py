"""Arguments and inputs that the commands on autoencoders share; what texts tell is told before TensorFlow loads."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tfgen.cli.arguments import positive
from tfgen.cli.quiet import load_tensorflow
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    from tfgen.data import ImageSet
    from tfgen.models import AutoencoderModel


def add_autoencoder(parser: argparse.ArgumentParser, n: int | None = None) -> None:
    """Adds the checkpoint's name, the images and where they are looked for; `n` of them by default, or all."""
    parser.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    parser.add_argument("--images", help="a dataset, or a folder or zip of images (default: the checkpoint's dataset)")
    parser.add_argument("--split", help="which part (default: test of a dataset, train of a folder or zip)")
    parser.add_argument("--n", type=positive, default=n, help=f"how many, from the first on (default: {n or 'all'})")
    parser.add_argument(
        "--resize",
        action="store_true",
        help="bring images of another size to the model's: their centred square, scaled (default: refuse them)",
    )
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")


def open_autoencoder(name: str) -> "AutoencoderModel":
    """The model of a trained checkpoint that encodes and decodes.

    Raises:
        TfgenError: If the checkpoint is not there or not trained, or is no autoencoder of images alone.
    """
    from tfgen.zoo.entries import find
    from tfgen.zoo.weights import weights_file

    entry = find(name)
    if "encoder" not in entry.recipe.table["networks"] or "decoder" not in entry.recipe.table["networks"]:
        raise TfgenError(f"{name} is a {entry.recipe.table['model']['name']}; autoencoders and VAEs can do this")
    weights_file(entry)
    load_tensorflow()
    from tfgen.latent.generating import needs_labels
    from tfgen.models import AutoencoderModel
    from tfgen.zoo import load

    model = load(name)
    if not isinstance(model, AutoencoderModel):
        raise TfgenError(f"{name} is a {entry.recipe.table['model']['name']}; autoencoders and VAEs can do this")
    if needs_labels(model, "encode"):
        raise TfgenError(
            f"{name} is told the label of each image, and this command gives a model images alone; take an autoencoder "
            "or VAE that takes no labels, or `tfgen reconstruct`"
        )
    return model


def read_images(arguments: argparse.Namespace, model: "AutoencoderModel") -> "ImageSet":
    """The images that the arguments of `add_autoencoder` name, of the shape that the model takes.

    Raises:
        ValueError: If they cannot be read, or are of another shape.
    """
    from tfgen.data import DATASETS, ImageSet, load_images
    from tfgen.zoo.entries import find

    recipe = find(arguments.name).recipe
    source = arguments.images or recipe.table["data"]["name"]
    # A folder or zip without splits is all `train`.
    split = arguments.split or ("test" if source in DATASETS.names() else "train")
    options = recipe.data_options if arguments.images is None else {}
    size = model.image_shape[0] if arguments.resize or options else None
    found = load_images(source, split, image_size=size, data_dir=arguments.data_dir, **options)
    check_shape(found, model)
    labels = None if found.labels is None else found.labels[: arguments.n]
    return ImageSet(found.images[: arguments.n], labels, found.class_names, found.origin)


def file_names(arguments: argparse.Namespace) -> list[str] | None:
    """The files of the images that `read_images` gives, as paths inside their folder or zip; None of a data set.

    Raises:
        FileNotFoundError: If there is no such folder or zip.
        ValueError: If it has no such images.
    """
    from tfgen.data import DATASETS

    if arguments.images in (None, *DATASETS.names()):
        return None
    from tfgen.data.image_folder import image_names

    return list(image_names(arguments.images, arguments.split or "train"))[: arguments.n]


def check_shape(images: "ImageSet", model: "AutoencoderModel") -> None:
    """Refuses images that are not of the shape that a model takes.

    Raises:
        ValueError: Saying which shape that is.
    """
    (*given, channels), (*wanted, needed) = images.image_shape, model.image_shape
    if given != wanted:
        raise ValueError(
            f"the images of {images.origin} are {given[0]}x{given[1]} pixels and the model takes "
            f"{wanted[0]}x{wanted[1]}; --resize brings them to that size"
        )
    if channels != needed:
        colours = {1: "grey", 3: "coloured"}
        raise ValueError(
            f"the images of {images.origin} are {colours[channels]} and the model takes {colours[needed]} ones; "
            "convert them first"
        )
