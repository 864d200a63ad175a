"""`tfgen latent traverse`: along directions."""

import argparse
from typing import TYPE_CHECKING

from tfgen.cli.arguments import add_command, numbers, positive, positive_number, seed
from tfgen.cli.latent.arguments import add_classifier, add_model, add_walk, classifier_name, draw, looks, open_model
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    import numpy as np

    from tfgen.models import GenerativeModel

EXAMPLE = "tfgen latent traverse vae_fashion_mnist --class 9 --seed 1 --output walk.gif"

_BELONG_TO = {"against": "class", "boundary": "class", "classifier": "class", "layer": "component"}


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "traverse", "walk along directions", EXAMPLE)
    add_model(parser)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--class", type=numbers, help="towards these classes, as a classifier sees them: 9 or 0,5-9")
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
    add_classifier(parser, "directions")
    parser.add_argument("--n", type=positive, default=4, help="samples to walk from, for each direction (default: 4)")
    parser.add_argument("--seed", type=seed, default=0, help="of the samples (default: 0)")
    parser.add_argument("--steps", type=positive, default=9, help="frames (default: 9)")
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
    from tfgen.zoo.entries import find

    given = vars(arguments)
    for option, owner in _BELONG_TO.items():
        if given[option] and given[owner] is None:
            raise TfgenError(f"--{option} goes with --{owner}; leave it out")
    towards, against = given["class"] or [], arguments.against or []
    if {*towards} & {*against}:
        raise TfgenError("a class is both in --class and in --against; no direction leads from a class to itself")
    coordinates, latent_dim = arguments.coordinate or [0], find(arguments.name).recipe.table["model"].get("latent_dim")
    if latent_dim and max(coordinates) >= latent_dim:
        raise TfgenError(f"{arguments.name} has the coordinates 0 to {latent_dim - 1}, and not {max(coordinates)}")
    classifier = classifier_name(arguments, [*towards, *against]) if towards else None
    model = open_model(arguments)
    import numpy as np

    from tfgen.latent import generate, spread_along, traverse, write_walk

    latents = draw(model, max(arguments.samples, arguments.n), arguments.seed)
    if towards:
        directions = _towards(arguments, model, latents, towards, classifier)
    elif arguments.component:
        directions = _components(arguments, model, latents)
    else:
        directions = np.eye(model.latent_dim)[arguments.coordinate]
    reach = np.linspace(-arguments.reach, arguments.reach, arguments.steps)
    starts = latents[: arguments.n]
    walks = np.concatenate([traverse(starts, each, reach * spread_along(latents, each)) for each in directions])
    walks = np.asarray(model.prior.nearest(walks.reshape(-1, model.latent_dim))).reshape(walks.shape)
    write_walk(arguments.output, generate(model, walks, arguments.label), walks, **looks(arguments))
    print(f"wrote {len(walks)} walk(s) of {arguments.steps} frames by {arguments.name} to {arguments.output}")


def _towards(
    arguments: argparse.Namespace, model: "GenerativeModel", latents: "np.ndarray", towards: list[int], classifier: str
) -> list["np.ndarray"]:
    import numpy as np

    from tfgen.latent import boundary_normal, label_samples, mean_difference
    from tfgen.zoo import load

    labels = label_samples(model, load(classifier), len(latents), labels=arguments.label, seed=arguments.seed).labels
    find, directions = boundary_normal if arguments.boundary else mean_difference, []
    for label in towards:
        positive = labels == label
        negative = np.isin(labels, arguments.against) if arguments.against else ~positive
        if not positive.any() or not negative.any():
            raise TfgenError(
                f"of {len(latents):,} samples {classifier} takes {positive.sum():,} for class {label} and "
                f"{negative.sum():,} for what it is told from; draw more by --samples"
            )
        directions.append(find(latents[positive], latents[negative]))
    return directions


def _components(arguments: argparse.Namespace, model: "GenerativeModel", latents: "np.ndarray") -> list["np.ndarray"]:
    import numpy as np

    from tfgen.latent import activations_of, principal_directions

    network = model.generator if hasattr(model, "generator") else model.decoder
    layer = activations_of(network, arguments.layer)
    labels = None if arguments.label is None else np.full(len(latents), arguments.label)
    inputs = (latents,) if labels is None else model.sampling_inputs(latents, labels)
    hidden = layer.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    found = principal_directions(hidden, latents, max(arguments.component) + 1)
    for index in arguments.component:
        share = found.explained_variance_ratio[index]
        print(f"component {index} explains {share:.1%} of what varies in the layer {layer.name}")
    return list(found.directions[arguments.component])
