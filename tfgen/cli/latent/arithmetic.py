"""`tfgen latent arithmetic`: sums of what samples have in common."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tfgen.cli.arguments import add_command, numbers, positive, seed
from tfgen.cli.latent.arguments import (
    add_classifier,
    add_model,
    add_output,
    classifier_name,
    open_model,
    picture_file,
)
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    import numpy as np

    from tfgen.models import GenerativeModel

EXAMPLE = "tfgen latent arithmetic vae_fashion_mnist class:2 - class:0 + class:3 --output sum.png"

_CLASS = re.compile(r"class:(\d+)")
_PLACES = re.compile(r"\d[\d,-]*")
_LAST_PLACE = 99_999
_SAMPLES, _EXEMPLARS = 2000, 3


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "arithmetic", "add and subtract what samples have in common", EXAMPLE)
    add_model(parser)
    parser.add_argument(
        "terms",
        nargs="+",
        metavar="TERM",
        help="with + or - between them: samples by their places in the grid of `tfgen generate NAME --seed SEED`, from "
        "0 on (3,17,22); samples that a classifier takes for a class (class:2); a folder or zip of images (./boots)",
    )
    parser.add_argument("--exemplars", type=positive, help=f"of a class or a folder (default: {_EXEMPLARS})")
    parser.add_argument(
        "--samples", type=positive, help=f"how many exemplars of a class are looked for in (default: {_SAMPLES})"
    )
    add_classifier(parser)
    parser.add_argument("--seed", type=seed, default=0, help="of the samples (default: 0)")
    what = (
        "a .png with a row for each term, its exemplars and last their mean, and below neighbours of the result and "
        "the result; or a .npz with the arrays `images` (uint8) and `latents`, the result and its neighbours"
    )
    add_output(parser, "sum.png", what, picture_file)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Adds, and writes the picture of the sum."""
    terms, signs = arguments.terms[::2], ["+", *arguments.terms[1::2]]
    _check(arguments, terms, signs)
    classes = [int(found[1]) for term in terms if (found := _CLASS.fullmatch(term))]
    classifier = classifier_name(arguments, classes) if classes else None
    model = open_model(arguments)
    import numpy as np

    from tfgen.data.pictures import to_uint8, write_png
    from tfgen.data.writing import write_arrays
    from tfgen.latent import generate, nearest, neighbours, sum_picture, vector_arithmetic
    from tfgen.latent.writing import enlarged

    exemplars = _exemplars(arguments, model, terms, classifier)
    added, subtracted = ([each for s, each in zip(signs, exemplars, strict=True) if s == sign] for sign in "+-")
    total = vector_arithmetic(added, subtracted)
    around = neighbours(total, max(map(len, exemplars)), seed=arguments.seed)
    latents = nearest(model, np.stack([total, *around]))
    if arguments.output.suffix == ".npz":
        write_arrays(arguments.output, images=to_uint8(generate(model, latents, arguments.label)), latents=latents)
    else:
        picture = sum_picture(model, exemplars, latents, arguments.label)
        write_png(arguments.output, enlarged(picture, arguments.zoom))
    print(f"wrote {' '.join(arguments.terms)} by {arguments.name} to {arguments.output}")


def _check(arguments: argparse.Namespace, terms: list[str], signs: list[str]) -> None:
    if len(signs) != len(terms) or {*signs} - {"+", "-"} or {"+", "-"} & {*terms}:
        raise TfgenError(
            f"{' '.join(arguments.terms)!r} is no sum; write it with spaces, for example 3,17,22 - 4,8 + 2"
        )
    for term in terms:
        if _PLACES.fullmatch(term):
            _places(term)
        elif not _CLASS.fullmatch(term) and not Path(term).exists():
            raise TfgenError(f"there is nothing at {term}; a term is 3,17,22, class:2, or a folder or zip of images")
    has_class = any(map(_CLASS.fullmatch, terms))
    for option in ("classifier", "samples"):
        if vars(arguments)[option] and not has_class:
            raise TfgenError(f"--{option} goes with a class among the terms, for example class:2; leave it out")
    if arguments.exemplars and all(map(_PLACES.fullmatch, terms)):
        raise TfgenError("--exemplars goes with a class or a folder among the terms, for example class:2; leave it out")


def _places(term: str) -> list[int]:
    try:
        places = numbers(term)
    except argparse.ArgumentTypeError as error:
        raise TfgenError(str(error)) from error
    if max(places) > _LAST_PLACE:
        raise TfgenError(f"{term} is too far; samples have the places 0 to {_LAST_PLACE}")
    return places


def _exemplars(
    arguments: argparse.Namespace, model: "GenerativeModel", terms: list[str], classifier: str | None
) -> list["np.ndarray"]:
    """The latents of each term's exemplars."""
    from tfgen.data import load_images
    from tfgen.data.pictures import from_uint8
    from tfgen.latent import exemplars, invert_images, label_samples
    from tfgen.zoo import load

    if classifier:
        samples = label_samples(
            model, load(classifier), arguments.samples or _SAMPLES, labels=arguments.label, seed=arguments.seed
        )
    found, count = [], arguments.exemplars or _EXEMPLARS
    for term in terms:
        if label := _CLASS.fullmatch(term):
            found.append(exemplars(samples, int(label[1]), count))
        elif _PLACES.fullmatch(term):
            places = _places(term)
            found.append(model.draw(max(places) + 1, arguments.seed)[places])
        else:
            images = load_images(term, image_size=model.image_shape[0]).images[:count]
            found.append(invert_images(model, from_uint8(images), arguments.label, seed=arguments.seed).latents)
    return found
