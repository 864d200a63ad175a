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

# How many images are hidden from and pictured, where --n says nothing.
_FEW = 16
# Shade of hidden pixels in the picture, in [-1, 1].
_GREY = 0.0


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "repair",
        "fill in hidden parts of images by a model (inpainting)",
        "tfgen repair vae_fashion_mnist --hide 8,8,12,12 --output repaired.png",
    )
    add_autoencoder(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--hide",
        type=_rectangle,
        metavar="TOP,LEFT,HEIGHT,WIDTH",
        help="a rectangle of whole images, the first 16 or --n of them: it is hidden, and the repair measured against "
        "what was there",
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
        default="repaired.png",
        help="a .png with rows of the images as they were, with the hidden part grey, and repaired, the first 16 or "
        "--n of them; a .npz or a folder for all repaired images alone, under the names of their files if they are "
        "from a folder or zip (default: repaired.png)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Repairs the images, writes them, and prints how near the repair of whole ones is."""
    hidden = _hidden(arguments)
    model = _open(arguments)
    import numpy as np

    from tfgen.data.pictures import from_uint8, stacked_grid, write_png
    from tfgen.data.writing import named_targets, write_images, write_named_images
    from tfgen.tasks import repair

    few = arguments.n or _FEW
    if arguments.hide:
        arguments.n = few
    given = read_images(arguments, model)
    if not arguments.output.suffix:
        # Names that cannot be written are told before the work.
        named_targets(given.file_names)
    images = from_uint8(given.images)
    chosen = {name: vars(arguments)[name] for name in ("steps", "restarts") if vars(arguments)[name]}
    ways = {"iterate": repair.iterate, "optimize": repair.optimize}
    repaired = ways[arguments.by](model, images, hidden, seed=arguments.seed, **chosen)
    if arguments.output.suffix == ".png":
        masked = np.where(hidden[..., None], np.float32(_GREY), images)
        write_png(arguments.output, stacked_grid(*(rows[:few] for rows in (images, masked, repaired))))
    elif given.file_names and not arguments.output.suffix:
        write_named_images([repaired], given.file_names, arguments.output)
    else:
        write_images([repaired], len(images), arguments.output)
    print(
        f"repaired {np.mean(hidden):.0%} of each of {len(images):,} images by {arguments.name}, from {given.origin}; "
        f"wrote {arguments.output}"
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
    if arguments.by == "iterate":
        return open_autoencoder(arguments.name)
    from tfgen.zoo.entries import find

    networks = find(arguments.name).recipe.table["networks"]
    # Only of such networks does the text tell; others are asked when they are loaded.
    if any(each["name"].startswith("conditional.") for each in networks.values()):
        raise TfgenError(f"{arguments.name} is told the class of each image; models that are not can repair")
    return open_generator(arguments.name, [], chosen_if_none=True)


def _rectangle(text: str) -> tuple[int, ...]:
    try:
        sides = tuple(int(each) for each in text.split(","))
    except ValueError:
        sides = ()
    if len(sides) != 4:
        raise argparse.ArgumentTypeError(f"{text!r} is no rectangle; write it as TOP,LEFT,HEIGHT,WIDTH: 8,8,12,12")
    return sides
