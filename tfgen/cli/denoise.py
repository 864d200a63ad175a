"""`tfgen denoise`: noisy images made clean by an autoencoder, and how well, beside library filters."""

import argparse
from typing import TYPE_CHECKING

from tfgen.cli.arguments import add_command, output, positive_number, seed
from tfgen.cli.autoencoding import add_autoencoder, file_names, open_autoencoder, read_images
from tfgen.cli.tables import print_table
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    import numpy as np

    from tfgen.corruptions.noise import Corruption
    from tfgen.models import AutoencoderModel
    from tfgen.tasks.denoising import Denoised, Pairs

_COMPARED = 1000
_PICTURED = 16


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "denoise",
        "take the noise out of images by an autoencoder",
        "tfgen denoise denoising_autoencoder_fashion_mnist --images noisy/ --output clean/\n"
        "  tfgen denoise denoising_autoencoder_fashion_mnist --noise 0.25 --output denoised.png",
    )
    add_autoencoder(parser)
    known = parser.add_mutually_exclusive_group()
    known.add_argument(
        "--clean",
        metavar="IMAGES",
        help="the same images without noise, under the same names: model and filters are measured against the first "
        "1,000, or the first --n",
    )
    known.add_argument(
        "--noise",
        type=positive_number,
        metavar="AMOUNT",
        help="take the images for clean ones, the first 1,000 or --n of them, add this much noise, and measure: a "
        "standard deviation in units of the pixels' range, or the share of the pixels that are hit",
    )
    parser.add_argument(
        "--corruption", help="what --noise adds: see `tfgen list corruptions` (default: gaussian_noise)"
    )
    parser.add_argument("--seed", type=seed, help="of the noise (default: 0)")
    parser.add_argument(
        "--output",
        type=output,
        help="a folder or a .npz for the denoised images; or a .png with rows of the first 16, noisy and denoised, "
        "between clean ones and the best filter's where those are known",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Denoises the images, writes them, and prints a table if it is known what they should be."""
    _check(arguments)
    model = open_autoencoder(arguments.name)

    from tfgen.data.pictures import from_uint8
    from tfgen.tasks.denoising import Pairs, best_filter, compare_denoisers, corrupted, denoise

    if arguments.noise and arguments.n is None:
        arguments.n = _COMPARED
    given, names = read_images(arguments, model), file_names(arguments)
    noisy = images = from_uint8(given.images)
    if arguments.clean:
        pairs = Pairs(_read_clean(arguments, model, names), images)
    elif arguments.noise:
        corruption = _corruption(arguments)
        pairs = corrupted(images, corruption, arguments.seed or 0)
        noisy = pairs.noisy
    denoised = denoise(model, noisy)
    rows = {"noisy": noisy, arguments.name: denoised}
    if arguments.clean or arguments.noise:
        measured, tuning, noise = _protocol(arguments, model, pairs)
        found = compare_denoisers(model, measured, tuning, noise)
        best = best_filter(found)
        rows = {**measured._asdict(), arguments.name: found[1].images, best.name: best.images}
        _print(arguments.name, found, tuning)
    if arguments.output:
        _write(arguments, rows, denoised, names)
        is_picture = arguments.output.suffix == ".png"
        what = f"rows of {', '.join(rows)}" if is_picture else f"{len(denoised):,} denoised images"
        print(f"wrote {what} to {arguments.output}")


def _check(arguments: argparse.Namespace) -> None:
    """Says what texts tell of the arguments."""
    from tfgen.corruptions import CORRUPTIONS
    from tfgen.registry import UnknownNameError

    if arguments.noise is None:
        if arguments.corruption or arguments.seed is not None:
            raise TfgenError("--corruption and --seed go with --noise; leave them out, or say how much noise to add")
        if not arguments.images:
            raise TfgenError("say which images are noisy by --images, or how much noise to add by --noise")
        if not (arguments.output or arguments.clean):
            raise TfgenError("there is nothing to do; give --output, or --clean to measure against")
    elif arguments.corruption not in (None, *CORRUPTIONS.names()):
        raise UnknownNameError("corruption", arguments.corruption, CORRUPTIONS.names())


def _corruption(arguments: argparse.Namespace) -> "Corruption":
    from tfgen.corruptions import CORRUPTIONS

    return CORRUPTIONS.get(arguments.corruption or "gaussian_noise")(arguments.noise)


def _read_clean(arguments: argparse.Namespace, model: "AutoencoderModel", names: list[str] | None) -> "np.ndarray":
    from tfgen.data.pictures import from_uint8

    changed = argparse.Namespace(**{**vars(arguments), "images": arguments.clean})
    clean, clean_names = read_images(changed, model), file_names(changed)
    if names and clean_names and (alone := set(names) ^ set(clean_names)):
        raise TfgenError(
            f"{min(alone)} is in one of {arguments.images} and {arguments.clean} only; give each image with and "
            "without noise, under the same name"
        )
    return from_uint8(clean.images)


def _protocol(
    arguments: argparse.Namespace, model: "AutoencoderModel", pairs: "Pairs"
) -> tuple["Pairs", "Pairs", float]:
    """The images to measure on, those to choose the filters' settings on, and the noise that the filters are told."""
    from tfgen.corruptions import GaussianNoise
    from tfgen.data import DATASETS
    from tfgen.data.pictures import from_uint8
    from tfgen.tasks.denoising import TUNING_IMAGES, Pairs, corrupted, noise_level, split_for_tuning

    if arguments.noise and arguments.images in (None, *DATASETS.names()) and arguments.split != "train":
        training = argparse.Namespace(**{**vars(arguments), "split": "train", "n": TUNING_IMAGES})
        images = from_uint8(read_images(training, model).images)
        # Another seed, so that it is not the noise of the measured ones.
        measured, tuning = pairs, corrupted(images, _corruption(arguments), (arguments.seed or 0) + 1)
    else:
        measured, tuning = split_for_tuning(pairs)
    is_gaussian = arguments.noise and isinstance(_corruption(arguments), GaussianNoise)
    noise = 2.0 * arguments.noise if is_gaussian else noise_level(tuning)
    return Pairs(*(images[: arguments.n or _COMPARED] for images in measured)), tuning, noise


def _write(
    arguments: argparse.Namespace, rows: dict[str, "np.ndarray"], denoised: "np.ndarray", names: list[str] | None
) -> None:
    from tfgen.data.pictures import stacked_grid, write_png
    from tfgen.data.writing import write_images
    from tfgen.tasks.denoising import write_named_images

    if arguments.output.suffix == ".png":
        write_png(arguments.output, stacked_grid(*(images[:_PICTURED] for images in rows.values())))
    elif names and not arguments.output.suffix:
        write_named_images(denoised, names, arguments.output)
    else:
        write_images([denoised], len(denoised), arguments.output)


def _print(name: str, rows: list["Denoised"], tuning: "Pairs") -> None:
    from rich.table import Column, Table

    table = Table("", Column("PSNR, dB", justify="right"), Column("SSIM", justify="right"), "settings", box=None)
    for row in rows:
        similarity = "-" if row.ssim is None else f"{row.ssim:.4f}"
        table.add_row(name if row.name == "model" else row.name, f"{row.psnr:.2f}", similarity, row.settings)
    print_table(table)
    print(
        f"means over {len(rows[0].images):,} images; the filters' settings are the best on {len(tuning.clean):,} others"
    )
