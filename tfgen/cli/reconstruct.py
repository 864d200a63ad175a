"""`tfgen reconstruct`: images beside what an autoencoder makes of them."""

import argparse

from tfgen.cli.arguments import add_command, output
from tfgen.cli.autoencoding import add_autoencoder, open_autoencoder, read_images


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "reconstruct",
        "pass images through an autoencoder and back",
        "tfgen reconstruct vae_fashion_mnist --images fashion_mnist --n 32 --output pairs.png",
    )
    add_autoencoder(parser, n=32)
    parser.add_argument(
        "--output",
        type=output,
        # As text, so that the default is checked too.
        default="reconstructions.png",
        help="a .png for a grid, each row of images above its reconstructions; a .npz or a folder for the "
        "reconstructions alone (default: reconstructions.png)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Reconstructs the images, writes the picture and prints the error."""
    model = open_autoencoder(arguments.name, labelled=True)
    import numpy as np

    from tfgen.data.pictures import from_uint8, paired_grid, write_png
    from tfgen.data.writing import write_images

    given = read_images(arguments, model)
    images = from_uint8(given.images)
    reconstructions = np.concatenate(list(model.in_batches("reconstruct", images, labels=given.labels)))
    if arguments.output.suffix == ".png":
        write_png(arguments.output, paired_grid(images, reconstructions))
    else:
        write_images([reconstructions], len(images), arguments.output)
    error = np.mean(np.square(images - reconstructions))
    print(
        f"wrote {len(images):,} reconstructions of {given.origin} by {arguments.name} to {arguments.output}; "
        f"mean squared error {error:.4f} on images in [-1, 1]"
    )
