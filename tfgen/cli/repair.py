"""`tfgen repair`: hidden parts of images, filled in by a model."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tfgen.cli.arguments import add_command, output, positive, seed
from tfgen.cli.autoencoding import add_autoencoder, open_autoencoder, read_images
from tfgen.cli.drawing import open_generator
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    import numpy as np

    from tfgen.models import GenerativeModel

# Shade of hidden pixels in the picture, in [-1, 1].
_GREY = 0.0


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "repair",
        "fill in hidden parts of images by a model",
        "tfgen repair vae_fashion_mnist --hide 8,8,12,12 --output repaired.png",
    )
    add_autoencoder(parser, n=16)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--hide",
        type=_rectangle,
        metavar="TOP,LEFT,HEIGHT,WIDTH",
        help="a rectangle of whole images: it is hidden, and the repair measured against what was there",
    )
    what.add_argument("--mask", type=Path, help="a picture of the images' size, white where they are to be repaired")
    parser.add_argument(
        "--by",
        choices=("optimize", "iterate"),
        default="optimize",
        help="optimize: seek the latents that fit the known pixels, of a GAN too; iterate: reconstruct again and again "
        "by an autoencoder or VAE, known pixels put back each time (default: optimize)",
    )
    parser.add_argument("--steps", type=positive, help="of either (default: 300 to optimize, 50 to iterate)")
    parser.add_argument("--restarts", type=positive, help="latents that each image is sought from (default: 2)")
    parser.add_argument("--seed", type=seed, default=0, help="of the codes drawn, or of the starts (default: 0)")
    parser.add_argument(
        "--output",
        type=output,
        # As text, so that the default is checked too.
        default="repaired.png",
        help="a .png with rows of the images as they were, with the hidden part grey, and repaired; a .npz or a folder "
        "for the repaired images alone (default: repaired.png)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Repairs the images, writes them, and prints how near the repair of whole ones is."""
    hidden = _hidden(arguments)
    model = _open(arguments)
    import numpy as np

    from tfgen.data.pictures import from_uint8, stacked_grid, write_png
    from tfgen.data.writing import write_images
    from tfgen.tasks import repair

    given = read_images(arguments, model)
    images = from_uint8(given.images)
    chosen = {name: vars(arguments)[name] for name in ("steps", "restarts") if vars(arguments)[name]}
    ways = {"iterate": repair.iterate, "optimize": repair.optimize}
    repaired = ways[arguments.by](model, images, hidden, seed=arguments.seed, **chosen)
    if arguments.output.suffix == ".png":
        masked = np.where(hidden[..., None], np.float32(_GREY), images)
        write_png(arguments.output, stacked_grid(images, masked, repaired))
    else:
        write_images([repaired], len(images), arguments.output)
    print(
        f"wrote {len(images):,} images, {np.mean(hidden):.0%} of each repaired by {arguments.name}, to "
        f"{arguments.output}; they are from {given.origin}"
    )
    if arguments.hide:
        fills = {
            arguments.by: repaired,
            "biharmonic inpainting": repair.biharmonic(images, hidden),
            "mean of the known pixels": repair.mean_of_known(images, hidden),
        }
        ratios = {name: np.median(repair.hidden_psnr(images, fill, hidden)) for name, fill in fills.items()}
        said = ", ".join(f"{ratio:.2f} dB by {name}" for name, ratio in ratios.items())
        print(f"PSNR of the hidden pixels, median over the images: {said}")


def _hidden(arguments: argparse.Namespace) -> "np.ndarray":
    from tfgen.tasks.masks import read_mask, rectangle
    from tfgen.zoo.entries import find

    if arguments.restarts and arguments.by != "optimize":
        raise TfgenError("--restarts goes with --by optimize; leave it out")
    image_shape = find(arguments.name).recipe.image_shape
    return rectangle(image_shape, *arguments.hide) if arguments.hide else read_mask(arguments.mask, image_shape)


def _open(arguments: argparse.Namespace) -> "GenerativeModel":
    from tfgen.zoo.entries import find

    table = find(arguments.name).recipe.table["model"]
    if "num_classes" in table:
        raise TfgenError(
            f"{arguments.name} is a {table['name']}; autoencoders, VAEs and GANs can repair, without classes"
        )
    if arguments.by == "optimize":
        return open_generator(arguments.name, [])
    return open_autoencoder(arguments.name)


def _rectangle(text: str) -> tuple[int, ...]:
    try:
        sides = tuple(int(each) for each in text.split(","))
    except ValueError:
        sides = ()
    if len(sides) != 4:
        raise argparse.ArgumentTypeError(f"{text!r} is no rectangle; write it as TOP,LEFT,HEIGHT,WIDTH: 8,8,12,12")
    return sides
