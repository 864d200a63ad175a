"""`tfgen latent invert`: from images back to latents."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command, positive, seed
from tfgen.cli.latent.arguments import add_model, add_output, open_model, picture_file

EXAMPLE = "tfgen latent invert dcgan_fashion_mnist --images fashion_mnist --n 16 --output pairs.png"


def add_to(actions: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(actions, "invert", "find the latents of images", EXAMPLE)
    add_model(parser)
    parser.add_argument("--images", help="a dataset, or a folder or zip of images (default: the checkpoint's dataset)")
    parser.add_argument("--split", help="which part (default: test of a dataset, train of a folder or zip)")
    parser.add_argument("--n", type=positive, default=16, help="how many, from the first on (default: 16)")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    parser.add_argument("--steps", type=positive, default=500, help="of gradient descent (default: 500)")
    parser.add_argument(
        "--restarts",
        type=positive,
        default=2,
        help="latents that each image is sought from, the first by the encoder if there is one; one in each class at "
        "least where latents hold the class and --label does not say it (default: 2)",
    )
    parser.add_argument("--seed", type=seed, default=0, help="of the latents to start from (default: 0)")
    what = (
        "a .png with each row of images above their reconstructions, or a .npz with the arrays `images` and "
        "`reconstructions` (uint8), `latents` and `distances`"
    )
    add_output(parser, "pairs.png", what, picture_file)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Searches, writes what is found and prints how near it came."""
    model = open_model(arguments)
    import numpy as np

    from tfgen.data import DATASETS, load_images
    from tfgen.data.pictures import from_uint8, paired_grid, to_uint8, write_png
    from tfgen.data.writing import write_arrays
    from tfgen.latent import invert_images
    from tfgen.latent.writing import enlarged
    from tfgen.zoo.entries import find

    source = arguments.images or find(arguments.name).recipe.table["data"]["name"]
    # A folder or zip without splits is all `train`.
    split = arguments.split or ("test" if source in DATASETS.names() else "train")
    given = load_images(source, split, image_size=model.image_shape[0], data_dir=arguments.data_dir)
    images = from_uint8(given.images[: arguments.n])
    found = invert_images(
        model, images, arguments.label, steps=arguments.steps, restarts=arguments.restarts, seed=arguments.seed
    )
    if arguments.output.suffix == ".npz":
        arrays = {"images": to_uint8(images), "reconstructions": to_uint8(found.reconstructions)}
        write_arrays(arguments.output, **arrays, latents=found.latents, distances=found.distances)
    else:
        picture = paired_grid(images, found.reconstructions)
        write_png(arguments.output, enlarged(picture, arguments.zoom))
    distance = np.median(found.distances) / np.sqrt(images[0].size)
    print(
        f"wrote {len(images):,} images of {given.origin} and the nearest by {arguments.name} to {arguments.output}; "
        f"half of them are within a root mean square of {distance:.3f}, pixels in [0, 1]"
    )
