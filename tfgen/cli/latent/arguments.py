"""Arguments that the commands on latents share, and the models that they name."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfgen.cli.arguments import positive
from tfgen.cli.quiet import load_tensorflow
from tfgen.errors import TfgenError

_MOVING = (".gif", ".webp")

if TYPE_CHECKING:
    import numpy as np

    from tfgen.models import GenerativeModel


def add_model(parser: argparse.ArgumentParser) -> None:
    """The model's name, and the label that some models take."""
    parser.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    parser.add_argument(
        "--label", type=_label, help="the class of all images, for a model that knows classes: a number from 0"
    )


def add_output(parser: argparse.ArgumentParser, default: str, what: str, suffixes: Iterable[str]) -> None:
    """The file to write, and how large its pixels are."""
    parser.add_argument(
        "--output", type=_file(tuple(suffixes)), default=Path(default), help=f"{what} (default: {default})"
    )
    parser.add_argument("--zoom", type=positive, help="show each pixel as a square of so many (default: 1)")


def add_walk(parser: argparse.ArgumentParser) -> None:
    """The file that a walk is written to, and how fast it moves."""
    add_output(
        parser,
        "walk.png",
        "a .png with a row for each walk, a .gif or .webp that moves, or a .npz with the arrays `images` (uint8) and "
        "`latents`",
        (".png", *_MOVING, ".npz"),
    )
    parser.add_argument("--fps", type=_rate, help="frames a second of a .gif or .webp (default: 12)")


def add_classifier(parser: argparse.ArgumentParser, samples_for: str) -> None:
    """The classifier that judges samples, and how many of them."""
    parser.add_argument(
        "--classifier", help="of the zoo or a run, that judges samples (default: that of the checkpoint's dataset)"
    )
    parser.add_argument(
        "--samples", type=positive, default=2000, help=f"how many {samples_for} are looked for in (default: 2000)"
    )


def looks(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was said of a walk's looks, for `write_walk`."""
    given = {"frames_per_second": arguments.fps, "zoom": arguments.zoom}
    return {name: value for name, value in given.items() if value is not None}


def open_model(arguments: argparse.Namespace) -> "GenerativeModel":
    """The model; what can be known to be wrong before TensorFlow loads is said before.

    Raises:
        TfgenError: If it is not there, makes no images, or its images have no classes and a label is given.
    """
    from tfgen.zoo import load
    from tfgen.zoo.entries import find

    suffix = arguments.output.suffix
    if getattr(arguments, "fps", None) and suffix not in _MOVING:
        raise TfgenError(f"a {suffix} does not move; leave out --fps, or write a .gif or .webp")
    if arguments.zoom and suffix == ".npz":
        raise TfgenError("a .npz holds images as they are; leave out --zoom")
    find(arguments.name)
    load_tensorflow()
    from tfgen.latent import check_labels

    model = load(arguments.name)
    if not hasattr(model, "sample"):
        raise TfgenError(f"{arguments.name} is a {type(model).__name__} and draws no images; GANs and autoencoders do")
    check_labels(model, arguments.label)
    return model


def classifier_name(arguments: argparse.Namespace, classes: Iterable[int]) -> str:
    """The name of the classifier that knows these classes; TensorFlow is not needed to tell.

    Raises:
        TfgenError: If there is none, or it has fewer classes.
    """
    from tfgen.zoo import list_models
    from tfgen.zoo.entries import find

    data = find(arguments.name).recipe.table["data"]["name"]
    name = arguments.classifier or f"{data}_classifier"
    if not arguments.classifier and name not in list_models():
        raise TfgenError(f"the zoo has no classifier of {data}; name one by --classifier")
    table = find(name).recipe.table["model"]
    if table["name"] != "classifier":
        raise TfgenError(f"{name} is a {table['name']}; classes are judged by classifiers")
    if (last := max(classes)) >= table["classes"]:
        raise TfgenError(f"{name} knows the classes 0 to {table['classes'] - 1}, and not {last}")
    return name


def draw(model: "GenerativeModel", n: int, seed: int) -> "np.ndarray":
    """The latents of the samples that `tfgen generate --seed` shows."""
    import numpy as np

    return np.asarray(model.latents(n, (np.int64(seed), np.int64(0))))


def _label(text: str) -> int:
    """A class."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{value} is not 0 or more")
    return value


def _rate(text: str) -> float:
    """Frames a second."""
    from tfgen.data.animation import MAXIMUM_FRAME_RATE

    value = float(text)
    if not 0 < value <= MAXIMUM_FRAME_RATE:
        raise argparse.ArgumentTypeError(f"{value:g} is not above 0 and at most {MAXIMUM_FRAME_RATE:g}")
    return value


def _file(suffixes: tuple[str, ...]) -> Callable[[str], Path]:
    """A file with one of these suffixes."""

    def output(text: str) -> Path:
        path = Path(text)
        if path.suffix not in suffixes or path.is_dir():
            raise argparse.ArgumentTypeError(
                f"{text} cannot be written; name a file that ends in {', '.join(suffixes)}"
            )
        return path

    return output
