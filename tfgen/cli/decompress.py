"""`tfgen decompress`: the images of a file that `tfgen compress` wrote."""

import argparse
from pathlib import Path

from tfgen.cli.arguments import add_command, output
from tfgen.cli.autoencoding import open_autoencoder
from tfgen.errors import TfgenError


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "decompress",
        "decode the images of a file that `tfgen compress` wrote",
        "tfgen decompress photos.tfgc --output photos",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the file, a .tfgc")
    parser.add_argument(
        "--model",
        help="the checkpoint that compressed it: needed for one that is not in the zoo, such as runs/mine (default: "
        "the one of the zoo that the file names)",
    )
    parser.add_argument(
        "--output",
        type=output,
        default="decompressed",
        help="a folder for single PNGs, a .npz for an array `images` of uint8, or a .png for one grid (default: "
        "the folder decompressed)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Reads and checks the file, finds its decoder, and writes the images."""
    from tfgen.tasks.code_files import unpack
    from tfgen.zoo.entries import list_models

    if not arguments.file.is_file():
        raise TfgenError(f"there is no file {arguments.file}")
    file = unpack(arguments.file.read_bytes(), str(arguments.file))
    if arguments.model is None and file.decoder not in list_models():
        raise TfgenError(
            f"{arguments.file} was made by {file.decoder}, which is not in the zoo; give the folder of that run "
            "by --model"
        )
    model = open_autoencoder(arguments.model or file.decoder)
    from tfgen.data.writing import write_images
    from tfgen.tasks.compression import decompress

    batches = decompress(model, file, str(arguments.file))
    write_images(batches, len(file.symbols), arguments.output)
    print(f"wrote {len(file.symbols):,} images of {arguments.file} by {file.decoder} to {arguments.output}")
