"""Arguments that the commands on latents share, and the models that they name."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfgen.cli.arguments import file_ending_in, label, number, positive
from tfgen.cli.drawing import open_generator
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    from tfgen.models import GenerativeModel

_LARGEST_ZOOM = 64


def add_model(parser: argparse.ArgumentParser) -> None:
    """The model's name, and the label that some models take."""
    parser.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    parser.add_argument(
        "--label", type=label, help="the class of all images, for a model that knows classes: a number from 0"
    )


def add_output(parser: argparse.ArgumentParser, default: str, what: str, file: Callable[[str], Path]) -> None:
    """The file to write, and how large its pixels are."""
    # As text, so that the default is checked too.
    parser.add_argument("--output", type=file, default=default, help=f"{what} (default: {default})")
    parser.add_argument(
        "--zoom", type=_zoom, default=1, help=f"show each pixel as a square of so many, up to {_LARGEST_ZOOM}"
    )


def add_walk(parser: argparse.ArgumentParser) -> None:
    """The file that a walk is written to, and how fast it moves."""
    add_output(
        parser,
        "walk.png",
        "a .png with a row for each walk, a .gif or .webp that moves, or a .npz with the arrays `images` (uint8) and "
        "`latents`",
        _walk_file,
    )
    parser.add_argument("--fps", type=_frame_rate, help="frames a second of a .gif or .webp (default: 12)")


def add_classifier(parser: argparse.ArgumentParser) -> None:
    """The classifier that judges samples."""
    parser.add_argument(
        "--classifier", help="of the zoo or a run, that judges samples (default: that of the checkpoint's dataset)"
    )


def picture_file(text: str) -> Path:
    """A picture, or arrays."""
    return file_ending_in((".png", ".npz"), text)


def looks(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was said of a walk's looks, for `write_walk`."""
    rate = {} if arguments.fps is None else {"frames_per_second": arguments.fps}
    return {"zoom": arguments.zoom, **rate}


def open_model(arguments: argparse.Namespace) -> "GenerativeModel":
    """The model; what can be known to be wrong before TensorFlow loads is said before.

    Raises:
        TfgenError: If the output does not go with what is said of its looks; or as `open_generator`.
        ValueError: As `open_generator`, or as `check_smooth`.
    """
    from tfgen.data.animation import ANIMATIONS

    suffix = arguments.output.suffix
    if getattr(arguments, "fps", None) and suffix not in ANIMATIONS:
        raise TfgenError(f"a {suffix} does not move; leave out --fps, or write a .gif or .webp")
    if arguments.zoom != 1 and suffix == ".npz":
        raise TfgenError("a .npz holds images as they are; leave out --zoom")
    model = open_generator(arguments.name, [] if arguments.label is None else [arguments.label])
    from tfgen.latent import check_smooth

    check_smooth(model)
    return model


def classifier_name(arguments: argparse.Namespace, classes: Iterable[int]) -> str:
    """The name of the classifier that knows these classes; TensorFlow is not needed to tell.

    Raises:
        TfgenError: If there is none, or it has fewer classes, or is of other images.
    """
    from tfgen.zoo import list_models
    from tfgen.zoo.entries import find

    drawing = find(arguments.name).recipe
    data = drawing.table["data"]["name"]
    name = arguments.classifier or f"{data}_classifier"
    if not arguments.classifier and name not in list_models():
        raise TfgenError(f"the zoo has no classifier of {data}; name one by --classifier")
    judging = find(name).recipe
    table = judging.table["model"]
    if table["name"] != "classifier":
        raise TfgenError(f"{name} is a {table['name']}; classes are judged by classifiers")
    if judging.image_shape != drawing.image_shape:
        raise TfgenError(
            f"{name} judges images of {judging.table['data']['name']}, {judging.image_shape}, and {arguments.name} "
            f"draws those of {data}, {drawing.image_shape}; name a classifier of the same by --classifier"
        )
    if (last := max(classes)) >= table["num_classes"]:
        raise TfgenError(f"{name} knows the classes 0 to {table['num_classes'] - 1}, and not {last}")
    return name


def _zoom(text: str) -> int:
    value = positive(text)
    if value > _LARGEST_ZOOM:
        raise argparse.ArgumentTypeError(f"{value} is not from 1 to {_LARGEST_ZOOM}")
    return value


def _frame_rate(text: str) -> float:
    from tfgen.data.animation import MAXIMUM_FRAME_RATE, MINIMUM_FRAME_RATE

    value = number(text)
    if not MINIMUM_FRAME_RATE <= value <= MAXIMUM_FRAME_RATE:
        raise argparse.ArgumentTypeError(f"{value:g} is not from {MINIMUM_FRAME_RATE:g} to {MAXIMUM_FRAME_RATE:g}")
    return value


def _walk_file(text: str) -> Path:
    from tfgen.latent.writing import WALKS

    return file_ending_in(WALKS, text)
