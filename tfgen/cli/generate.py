"""`tfgen generate`: samples of a checkpoint, as a grid, as files or as an array."""

import argparse

from tfgen.cli.arguments import add_command, numbers, output, positive, positive_number, seed
from tfgen.cli.drawing import open_generator


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "generate",
        "draw samples from a checkpoint",
        "tfgen generate dcgan_fashion_mnist --n 64 --seed 0 --output grid.png",
    )
    parser.add_argument("name", help="a name that `tfgen list` shows, or the path of a run's folder, such as runs/mine")
    parser.add_argument("--n", type=positive, default=64, help="how many (default: 64)")
    parser.add_argument("--seed", type=seed, help="the same seed gives the same samples (default: new ones each time)")
    parser.add_argument(
        "--label",
        type=numbers,
        help="classes by their numbers, which `tfgen zoo show` lists, for a model that knows classes: 3 for all "
        "samples, 0-9 in turn (default: the model's own choice)",
    )
    parser.add_argument(
        "--truncation",
        type=positive_number,
        metavar="THRESHOLD",
        help="keep the components of latents within this absolute value: the lower, the more typical and the less "
        "varied the samples (default: none)",
    )
    parser.add_argument("--batch-size", type=positive, default=256, help="samples computed at once (default: 256)")
    parser.add_argument(
        "--output",
        type=output,
        # As text, so that the default is checked too.
        default="grid.png",
        help="a .png for one grid, a .npz for an array `images` of uint8, or a folder for single PNGs "
        "(default: grid.png)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Draws the samples and writes them."""
    from tfgen.data.writing import write_images

    model = open_generator(arguments.name, arguments.label or [], chosen_if_none=True)
    import numpy as np

    from tfgen.priors import Truncated

    labels = np.resize(arguments.label, arguments.n) if arguments.label else None
    if arguments.truncation is not None:
        model.prior = Truncated(arguments.truncation, model.prior)
    batches = model.sample_batches(arguments.n, arguments.seed, labels, arguments.batch_size)
    # Classes in turn stand in columns.
    columns = len(arguments.label) if arguments.label and len(arguments.label) > 1 else None
    write_images(batches, arguments.n, arguments.output, columns)
    print(f"wrote {arguments.n:,} samples of {arguments.name} to {arguments.output}")
