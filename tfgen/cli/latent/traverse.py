"""`tfgen latent traverse`: along directions."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tfgen.cli.arguments import add_command, numbers, positive, positive_number, seed, two_or_more, whole_number
from tfgen.cli.latent.arguments import add_classifier, add_model, add_walk, classifier_name, looks, open_model
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    import numpy as np

    from tfgen.latent import LabelledLatents
    from tfgen.models import GenerativeModel

EXAMPLE = "tfgen latent traverse vae_fashion_mnist --class 9 --seed 1 --output walk.gif"

_BELONG_TO = {"against": "class", "boundary": "class", "classifier": "class", "images": "class", "layer": "component"}


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "traverse", "walk along directions", EXAMPLE)
    add_model(parser)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--class", type=numbers, help="towards these classes, as a classifier or --images tell them: 9 or 0,5-9"
    )
    which.add_argument(
        "--component", type=numbers, help="principal components of a hidden layer, from 0 on: what varies most"
    )
    which.add_argument("--coordinate", type=numbers, help="coordinates of the latents, from 0 on")
    parser.add_argument(
        "--against", type=numbers, metavar="CLASS", help="away from these classes (default: all others)"
    )
    parser.add_argument(
        "--boundary",
        action="store_true",
        help="across the plane that separates the classes (default: from mean to mean of their latents)",
    )
    parser.add_argument("--layer", help="whose components (default: the generator's first that has weights)")
    add_classifier(parser)
    parser.add_argument(
        "--images",
        help="a dataset, or a folder or zip with the classes as folders, whose codes by an autoencoder or a VAE show "
        "where the classes are, in place of a classifier's judgement of samples; its training split, brought to the "
        "model's size",
    )
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    parser.add_argument(
        "--samples",
        type=two_or_more,
        default=2000,
        help="what directions are found in, and the standard deviation along each (default: 2000)",
    )
    parser.add_argument("--n", type=positive, default=4, help="samples to walk from, for each direction (default: 4)")
    parser.add_argument("--seed", type=seed, default=0, help="of the samples (default: 0)")
    parser.add_argument(
        "--steps", type=_odd, default=9, help="frames, with the sample in the middle: 3, 5, 7, ... (default: 9)"
    )
    parser.add_argument(
        "--reach",
        type=positive_number,
        default=3.0,
        help="how far each way, in standard deviations of the latents along the direction (default: 3)",
    )
    add_walk(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Finds the directions, walks along them, and writes what is passed."""
    _check(arguments)
    towards, against = vars(arguments)["class"], arguments.against or []
    classifier = None
    if towards and not arguments.images:
        classifier = classifier_name(arguments, [*towards, *against])
    model = open_model(arguments)
    import numpy as np

    from tfgen.latent import generate, nearest, walks_along, write_walk

    latents = model.draw(max(arguments.samples, arguments.n), arguments.seed)
    if towards:
        directions = _towards(arguments, model, len(latents), classifier)
    elif arguments.component:
        directions = _components(arguments, model, latents)
    else:
        directions = np.eye(model.latent_dim)[arguments.coordinate]
    walks = walks_along(latents, directions, starts=arguments.n, reach=arguments.reach, frames=arguments.steps)
    walks = nearest(model, walks)
    write_walk(arguments.output, generate(model, walks, arguments.label), walks, **looks(arguments))
    print(f"wrote {len(walks)} walk(s) of {arguments.steps} frames by {arguments.name} to {arguments.output}")


def _check(arguments: argparse.Namespace) -> None:
    from tfgen.zoo.entries import find

    given = vars(arguments)
    for option, owner in _BELONG_TO.items():
        if given[option] and given[owner] is None:
            raise TfgenError(f"--{option} goes with --{owner}; leave it out")
    if {*(given["class"] or [])} & {*(arguments.against or [])}:
        raise TfgenError("a class is both in --class and in --against; no direction leads from a class to itself")
    if arguments.images and arguments.classifier:
        raise TfgenError("the classes of --images are known; leave out --classifier, or let it judge samples alone")
    table = find(arguments.name).recipe.table
    if arguments.images and "encoder" not in table["networks"]:
        raise TfgenError(f"{arguments.name} encodes no images; leave out --images, and a classifier judges samples")
    latent_dim = table["model"].get("latent_dim")
    # The first layer is linear in the latents: it varies in no more ways than they do.
    for option in ("coordinate",) if arguments.layer else ("coordinate", "component"):
        if latent_dim and max(given[option] or [0]) >= latent_dim:
            raise TfgenError(
                f"--{option}: {arguments.name} has the {option}s 0 to {latent_dim - 1}, and not {max(given[option])}"
            )


def _towards(
    arguments: argparse.Namespace, model: "GenerativeModel", n: int, classifier: str | None
) -> list["np.ndarray"]:
    from tfgen.latent import boundary_normal, class_direction, label_samples, mean_difference
    from tfgen.zoo import load

    if classifier is None:
        samples = _encoded(arguments, model, n)
    else:
        samples = label_samples(model, load(classifier), n, labels=arguments.label, seed=arguments.seed)
    find = boundary_normal if arguments.boundary else mean_difference
    return [class_direction(samples, label, arguments.against or [], find) for label in vars(arguments)["class"]]


def _encoded(arguments: argparse.Namespace, model: "GenerativeModel", n: int) -> "LabelledLatents":
    """The codes of so many of the images, in an order that the seed draws: files come class by class."""
    import numpy as np

    from tfgen.data import ImageSet, load_images
    from tfgen.latent import encode_images

    found = load_images(arguments.images, image_size=model.image_shape[0], data_dir=arguments.data_dir)
    chosen = np.random.default_rng(arguments.seed).permutation(len(found))[:n]
    labels = None if found.labels is None else found.labels[chosen]
    last = max([*vars(arguments)["class"], *(arguments.against or [])])
    if labels is not None and last > found.labels.max():
        raise TfgenError(f"{found.origin} has the classes 0 to {found.labels.max()}, and not {last}")
    return encode_images(model, ImageSet(found.images[chosen], labels, found.class_names, found.origin))


def _components(arguments: argparse.Namespace, model: "GenerativeModel", latents: "np.ndarray") -> "np.ndarray":
    from tfgen.latent import activations, principal_directions

    hidden = activations(model, latents, arguments.layer, arguments.label)
    last = max(arguments.component)
    try:
        found = principal_directions(hidden.values, latents, last + 1)
    except ValueError as error:
        raise TfgenError(f"--component {last}: {error}") from error
    for index in arguments.component:
        share = found.explained_variance_ratio[index]
        print(f"component {index} explains {share:.1%} of what varies in the layer {hidden.layer}")
    return found.directions[arguments.component]


def _odd(text: str) -> int:
    value = whole_number(text)
    if value < 3 or value % 2 == 0:
        raise argparse.ArgumentTypeError(f"{value} is not 3, 5, 7 or another odd number, which has a middle")
    return value
