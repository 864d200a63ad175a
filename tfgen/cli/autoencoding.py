"""Arguments and inputs that the commands on autoencoders share; what texts tell is told before TensorFlow loads."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tfgen.cli.arguments import positive
from tfgen.cli.quiet import load_tensorflow
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    from tfgen.data import ImageSet
    from tfgen.models import AutoencoderModel
    from tfgen.recipes import Recipe
    from tfgen.zoo.entries import Entry

OWN_DATA = "the checkpoint's dataset"


def add_autoencoder(
    parser: argparse.ArgumentParser, n: int | None = None, *, no_images: str = OWN_DATA, all_of_them: str = "all"
) -> None:
    """Adds the checkpoint's name, the images and where they are looked for.

    Args:
        parser: What they are added to.
        n: How many images it is by default; None for all.
        no_images: What the help says of the images by default.
        all_of_them: Likewise of their number, where n is None.
    """
    parser.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    parser.add_argument(
        "--images",
        type=image_source,
        help=f"a dataset, or a folder or zip of images (default: {no_images})",
    )
    parser.add_argument("--split", help="which part of them (default: test where there is one, else train)")
    parser.add_argument(
        "--n", type=positive, default=n, help=f"how many, from the first on (default: {n or all_of_them})"
    )
    parser.add_argument(
        "--resize",
        action="store_true",
        help="bring images of another size to the model's: their centred square, scaled (default: refuse them)",
    )
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")


def image_source(text: str) -> str:
    """A dataset, or the path of a folder or zip that is there, with `~` expanded."""
    from tfgen.data import DATASETS
    from tfgen.registry import UnknownNameError

    if text in DATASETS.names():
        return text
    path = Path(text).expanduser()
    if not path.exists():
        unknown = UnknownNameError("dataset", text, DATASETS.names())
        raise argparse.ArgumentTypeError(f"{unknown}; and no folder or zip of images is at that path")
    return str(path)


def open_autoencoder(name: str, *, labelled: bool = False) -> "AutoencoderModel":
    """The model of a trained checkpoint that encodes and decodes.

    Args:
        name: A name in the zoo, or the path of a run's folder.
        labelled: Whether a model may be one that is told the label of each image.

    Raises:
        TfgenError: If the checkpoint is not there or not trained, or is no such autoencoder.
    """
    from tfgen.zoo.entries import find
    from tfgen.zoo.weights import weights_file

    entry = find(name)
    networks = entry.recipe.table["networks"]
    if "encoder" not in networks or "decoder" not in networks:
        raise _no_autoencoder(name, entry.recipe)
    # Only of such an encoder does the text tell; others are asked when they are loaded.
    if networks["encoder"]["name"].startswith("conditional.") and not labelled:
        raise _told_labels(name)
    weights_file(entry)
    load_tensorflow()
    from tfgen.latent.generating import needs_labels
    from tfgen.models import AutoencoderModel
    from tfgen.zoo import load

    model = load(name)
    if not isinstance(model, AutoencoderModel):
        raise _no_autoencoder(name, entry.recipe)
    if needs_labels(model, "encode") and not labelled:
        raise _told_labels(name)
    return model


def read_images(arguments: argparse.Namespace, model: "AutoencoderModel") -> "ImageSet":
    """The images that the arguments of `add_autoencoder` name, as `read_source`."""
    return read_source(
        arguments.name,
        model,
        arguments.images,
        split=arguments.split,
        n=arguments.n,
        resize=arguments.resize,
        data_dir=arguments.data_dir,
    )


def read_source(
    name: str,
    model: "AutoencoderModel",
    source: str | None,
    *,
    split: str | None = None,
    n: int | None = None,
    resize: bool = False,
    data_dir: Path | None = None,
) -> "ImageSet":
    """Images of the shape that a checkpoint takes.

    Its own data set is cropped and brought to its size as for its training; others are refused if they do not fit. For
    a model that is told labels, classes are numbered as they were for its training.

    Args:
        name: The checkpoint's name in the zoo, or the path of its folder.
        model: Its model.
        source: A data set, or the path of a folder or zip; None for the checkpoint's own.
        split: Which part; None for `default_split`.
        n: How many, from the first on; None for all.
        resize: Whether others are brought to a square model's size too.
        data_dir: Where data sets are looked for first.

    Returns:
        The images; their `origin` says which split they are, where the source has several.

    Raises:
        KeyError: If there is no such data set, folder or zip.
        FileNotFoundError: If the data set is in none of the places where it is looked for.
        ValueError: If the images cannot be read, or there is no such split.
        TfgenError: If they are of another shape, or are to be resized for a model that is not square, or have classes
            that the model was not told of.
    """
    from tfgen.data import DATASETS, load_images
    from tfgen.data.image_folder import image_splits
    from tfgen.latent.generating import needs_labels
    from tfgen.models import AutoencoderModel
    from tfgen.zoo.entries import find

    height, width, _ = model.image_shape
    if resize and height != width:
        raise TfgenError(f"--resize makes images square and the model takes {height}x{width}; bring them to that size")
    entry = find(name)
    recipe = entry.recipe
    is_own = _is_own(recipe, source)
    source = recipe.table["data"]["name"] if source is None else source
    split = split or default_split(recipe, source)
    size = height if height == width and (resize or is_own) else None
    options = recipe.data_options if is_own else {}
    images = load_images(source, split, image_size=size, data_dir=data_dir, **options)
    _check_shape(images, model)
    if not is_own and isinstance(model, AutoencoderModel) and needs_labels(model, "encode"):
        images = _numbered_as_in(entry, images)
    if source in DATASETS.names() or image_splits(Path(source).expanduser()) != ("train",):
        images = replace(images, origin=f"the {split} split of {images.origin}")
    return images.first(n)


def default_split(recipe: "Recipe", source: str | None) -> str:
    """Which part of a source is read where none is named.

    That is `test`, or what a recipe holds out of its own data set, where the source has such a part; else `train`.

    Args:
        recipe: The checkpoint's.
        source: As for `read_source`.
    """
    held_out = recipe.table["data"].get("held_out_split", "test") if _is_own(recipe, source) else "test"
    return held_out if has_split(recipe, source, held_out) else "train"


def has_split(recipe: "Recipe", source: str | None, split: str) -> bool:
    """Whether a source, as `default_split` takes it, has a part; registered data sets have `train` and `test`."""
    from tfgen.data import DATASETS
    from tfgen.data.image_folder import image_splits

    source = source or recipe.table["data"]["name"]
    return source in DATASETS.names() or split in image_splits(Path(source).expanduser())


def _is_own(recipe: "Recipe", source: str | None) -> bool:
    """Whether a source is the data set that a model was trained on."""
    return source is None or Path(source).expanduser() == Path(recipe.table["data"]["name"]).expanduser()


def _check_shape(images: "ImageSet", model: "AutoencoderModel") -> None:
    (*given, channels), (*wanted, needed) = images.image_shape, model.image_shape
    if given != wanted:
        advice = "--resize brings them" if wanted[0] == wanted[1] else "bring them"
        raise TfgenError(
            f"the images of {images.origin} are {given[0]}x{given[1]} pixels and the model takes "
            f"{wanted[0]}x{wanted[1]}; {advice} to that size"
        )
    if channels != needed:
        colours = {1: "grey", 3: "coloured"}
        raise TfgenError(
            f"the images of {images.origin} are {colours[channels]} and the model takes {colours[needed]} ones; "
            "convert them first"
        )


def _numbered_as_in(entry: "Entry", images: "ImageSet") -> "ImageSet":
    """Images with the labels that a checkpoint knows their classes by: by name, or by number."""
    import numpy as np

    known = entry.classes
    if images.labels is None or not known:
        return images
    numbers = {str(label): label for label in range(len(known))}
    numbers |= {name.casefold(): label for label, name in enumerate(known)}
    unknown = [name for name in images.class_names if name.casefold() not in numbers]
    if unknown:
        raise TfgenError(
            f"{images.origin} has the classes {', '.join(unknown)}, and {entry.name} knows {', '.join(known)}; name "
            f"the folders so, or 0 to {len(known) - 1} in this order"
        )
    labels = np.array([numbers[name.casefold()] for name in images.class_names], np.int64)[images.labels]
    return replace(images, labels=labels, class_names=known)


def _no_autoencoder(name: str, recipe: "Recipe") -> TfgenError:
    return TfgenError(f"{name} is a {recipe.table['model']['name']}; autoencoders and VAEs can do this")


def _told_labels(name: str) -> TfgenError:
    return TfgenError(
        f"{name} is told the label of each image, and this command gives a model images alone; take an autoencoder or "
        "VAE that takes no labels, or `tfgen reconstruct`"
    )
