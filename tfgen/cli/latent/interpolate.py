"""`tfgen latent interpolate`: from sample to sample."""

import argparse
import secrets

from tfgen.cli.arguments import add_command, numbers, positive
from tfgen.cli.latent.arguments import add_model, add_walk, looks, open_model
from tfgen.errors import TfgenError

EXAMPLE = "tfgen latent interpolate dcgan_fashion_mnist --seeds 0,1,2 --loop --output walk.gif"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "interpolate", "walk from sample to sample", EXAMPLE)
    add_model(parser)
    points = parser.add_mutually_exclusive_group()
    points.add_argument("--seeds", type=numbers, help="of the samples to pass, in their order, for example 0,1,2")
    points.add_argument("--points", type=positive, default=3, help="samples to pass, new ones each time (default: 3)")
    parser.add_argument("--n", type=positive, default=4, help="walks side by side (default: 4)")
    parser.add_argument("--steps", type=positive, default=8, help="frames from sample to sample (default: 8)")
    parser.add_argument(
        "--path",
        choices=("straight", "great-circle"),
        help="default: great-circle where latents are normal or on a sphere around 0, else straight",
    )
    parser.add_argument("--loop", action="store_true", help="end where the walk began")
    add_walk(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Walks, and writes what is passed."""
    seeds = arguments.seeds or [secrets.randbits(31) for _ in range(arguments.points)]
    if len(seeds) < 2:
        raise TfgenError("there is no way from one sample; pass two or more, for example --seeds 0,1,2")
    model = open_model(arguments)
    import numpy as np

    from tfgen.latent import generate, great_circle, interpolate, nearest, straight_line, write_walk

    path = {None: model.interpolate, "straight": straight_line, "great-circle": great_circle}[arguments.path]
    waypoints = np.stack([model.draw(arguments.n, seed) for seed in seeds])
    latents = nearest(model, interpolate(waypoints, arguments.steps, path, closed=arguments.loop).swapaxes(0, 1))
    images = generate(model, latents, arguments.label)
    write_walk(arguments.output, images, latents, closed=arguments.loop, **looks(arguments))
    print(
        f"wrote {arguments.n} walk(s) of {latents.shape[1]} frames by {arguments.name} to {arguments.output}, past the "
        f"samples of --seeds {','.join(map(str, seeds))}"
    )
