"""`tfgen compress`: images as a file of an autoencoder's codes."""

import argparse
from functools import partial

from tfgen.cli.arguments import add_command, file_ending_in, positive_number
from tfgen.cli.autoencoding import add_autoencoder, open_autoencoder, read_images


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "compress",
        "write images as a file of an autoencoder's codes, without their names and classes",
        "tfgen compress autoencoder_fashion_mnist --images photos --output photos.tfgc",
    )
    add_autoencoder(parser)
    parser.add_argument(
        "--step",
        type=positive_number,
        help="grey levels by which a step of a code's number changes an image: the larger, the smaller the file "
        "(default: what adds about a tenth to the model's own squared error)",
    )
    parser.add_argument(
        "--output",
        type=partial(file_ending_in, (".tfgc",)),
        default="images.tfgc",
        help="the file to write, a .tfgc (default: images.tfgc)",
    )
    parser.add_argument(
        "--compare", action="store_true", help="also compare it with JPEG and WebP of equal size, which takes longer"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Writes the file, and prints its size and what the images in it are like."""
    model = open_autoencoder(arguments.name)
    images = read_images(arguments, model)
    from rich.table import Table

    from tfgen.cli.tables import print_table
    from tfgen.files import atomic_path
    from tfgen.tasks.compression import compress, measured_point
    from tfgen.tasks.picture_codecs import CODECS, at_size
    from tfgen.zoo.entries import find

    name = find(arguments.name).recipe.name
    data = compress(model, images, arguments.step, name=name)
    point = measured_point(model, data, images)
    with atomic_path(arguments.output) as temporary:
        temporary.write_bytes(data)
    print(f"wrote {len(images):,} images of {images.origin} to {arguments.output}")

    table = Table("", "setting", "bytes", "bits per pixel", "PSNR, dB", box=None)
    for column in table.columns[2:]:
        column.justify = "right"
    rows = [(name, "" if point.setting is None else f"step {point.setting:g}", point)]
    for codec in CODECS if arguments.compare else ():
        found = at_size(codec, images, len(data))
        words = [f"quality {found.point.setting}", found.bound]
        words.append(f"tiles of multiples of {found.block}" if found.block > 1 else "")
        rows.append((codec.name, ", ".join(filter(None, words)), found.point))
    for title, setting, each in rows:
        table.add_row(title, setting, f"{each.size:,}", f"{each.bits_per_pixel:.4f}", f"{each.psnr:.2f}")
    print_table(table)
