"""`tfgen latent grid`: the images of a plane of latents."""

import argparse

from tfgen.cli.arguments import add_command, numbers, seed, two_or_more
from tfgen.cli.latent.arguments import add_model, add_output, open_model, picture_file
from tfgen.errors import TfgenError

EXAMPLE = "tfgen latent grid vae_fashion_mnist --coordinates 9,10 --output grid.png"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "grid", "decode an even grid of a plane of latents", EXAMPLE)
    add_model(parser)
    parser.add_argument(
        "--coordinates",
        type=_two_places,
        metavar="A,B",
        help="the two that vary, from left to right and from the bottom to the top (default: 0,1 where there are two)",
    )
    parser.add_argument("--size", type=two_or_more, default=20, help="images along each of them (default: 20)")
    parser.add_argument(
        "--seed", type=seed, default=0, help="of the sample that has the other coordinates (default: 0)"
    )
    what = "a .png, or a .npz with the arrays `images` (uint8) and `latents`, (size, size, ...) each"
    add_output(parser, "grid.png", what, picture_file)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Decodes the grid and writes it."""
    _check(arguments)
    model = open_model(arguments)
    from tfgen.latent import generate, latent_grid, write_walk

    latents = latent_grid(model, arguments.size, arguments.coordinates or (0, 1), seed=arguments.seed)
    write_walk(arguments.output, generate(model, latents, arguments.label), latents, zoom=arguments.zoom)
    print(f"wrote {arguments.size} x {arguments.size} images by {arguments.name} to {arguments.output}")


def _check(arguments: argparse.Namespace) -> None:
    from tfgen.zoo.entries import find

    latent_dim = find(arguments.name).recipe.table["model"].get("latent_dim")
    if not latent_dim:
        return
    if not arguments.coordinates and latent_dim != 2:
        raise TfgenError(
            f"{arguments.name} has the coordinates 0 to {latent_dim - 1}; say which two vary, for example "
            "--coordinates 0,1"
        )
    if (last := max(arguments.coordinates or [0])) >= latent_dim:
        raise TfgenError(f"--coordinates: {arguments.name} has the coordinates 0 to {latent_dim - 1}, and not {last}")


def _two_places(text: str) -> list[int]:
    values = numbers(text)
    if len(values) != 2 or values[0] == values[1]:
        raise argparse.ArgumentTypeError(f"{text!r} is not two different coordinates; write them as 0,1")
    return values
