"""`tfgen reconstruct`: images beside what an autoencoder makes of them."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command, output, positive
from tfgen.cli.quiet import load_tensorflow
from tfgen.errors import TfgenError


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "reconstruct",
        "pass images through an autoencoder and back",
        "tfgen reconstruct vae_fashion_mnist --images fashion_mnist --n 32 --output pairs.png",
    )
    parser.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    parser.add_argument("--images", help="a dataset, or a folder or zip of images (default: the checkpoint's dataset)")
    parser.add_argument("--split", help="which part (default: test of a dataset, train of a folder or zip)")
    parser.add_argument("--n", type=positive, default=32, help="how many, from the first on (default: 32)")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    parser.add_argument(
        "--output",
        type=output,
        default=Path("reconstructions.png"),
        help="a .png for a grid, each row of images above its reconstructions; a .npz or a folder for the "
        "reconstructions alone (default: reconstructions.png)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Reconstructs the images, writes the picture and prints the error."""
    from tfgen.data.writing import write_images
    from tfgen.zoo.entries import find

    entry = find(arguments.name)
    load_tensorflow()
    import numpy as np

    from tfgen.data import DATASETS, load_images
    from tfgen.data.pictures import from_uint8, paired_grid, write_png
    from tfgen.zoo import load

    model = load(arguments.name)
    if not hasattr(model, "reconstruct"):
        raise TfgenError(f"{arguments.name} cannot reconstruct; autoencoders and VAEs can")
    source = arguments.images or entry.recipe.table["data"]["name"]
    # A folder or zip without splits is all `train`.
    split = arguments.split or ("test" if source in DATASETS.names() else "train")
    found = load_images(source, split, image_size=model.image_shape[0], data_dir=arguments.data_dir)
    images = from_uint8(found.images[: arguments.n])
    labels = None if found.labels is None else found.labels[: arguments.n]
    reconstructions = np.concatenate(list(model.in_batches("reconstruct", images, labels=labels)))
    if arguments.output.suffix == ".png":
        write_png(arguments.output, paired_grid(images, reconstructions))
    else:
        write_images([reconstructions], len(images), arguments.output)
    error = np.mean(np.square(images - reconstructions))
    print(
        f"wrote {len(images):,} reconstructions of {found.origin} by {arguments.name} to {arguments.output}; "
        f"mean squared error {error:.4f} on images in [-1, 1]"
    )
