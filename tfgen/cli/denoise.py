"""`tfgen denoise`: noisy images made clean by an autoencoder, and how well, beside library filters."""

import argparse
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tfgen.cli.arguments import add_command, output, positive_number, seed
from tfgen.cli.autoencoding import (
    add_autoencoder,
    default_split,
    has_split,
    image_source,
    open_autoencoder,
    read_images,
    read_source,
)
from tfgen.cli.tables import print_table
from tfgen.errors import TfgenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from tfgen.corruptions.noise import Corruption
    from tfgen.data import ImageSet
    from tfgen.models import AutoencoderModel
    from tfgen.tasks.denoising import Denoised, Pairs

_COMPARED = 1000
_PICTURED = 16


class _Protocol(NamedTuple):
    """What is measured: pairs, which of them, and the pairs and the noise that the filters' settings are chosen by."""

    pairs: "Pairs"
    rows: "np.ndarray"
    tuning: "Pairs"
    noise: float


def add_to(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the parser."""
    parser = add_command(
        commands,
        "denoise",
        "take the noise out of images by an autoencoder",
        "tfgen denoise denoising_autoencoder_fashion_mnist --images noisy/ --output clean/\n"
        "  tfgen denoise denoising_autoencoder_fashion_mnist --noise 0.25 --output denoised.png",
    )
    add_autoencoder(
        parser, no_images="with --noise, the checkpoint's dataset", all_of_them="1,000 with --noise, else all"
    )
    known = parser.add_mutually_exclusive_group()
    known.add_argument(
        "--clean",
        type=image_source,
        metavar="IMAGES",
        help="the same images without noise, under the same names: model and filters are compared on the first 1,000, "
        "or the first --n",
    )
    known.add_argument(
        "--noise",
        type=positive_number,
        metavar="AMOUNT",
        help="take the images for clean ones, add this much noise, and compare: a standard deviation in units of the "
        "pixels' range, or the share of the pixels that are hit",
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

    corruption = _corruption(arguments) if arguments.noise else None
    if corruption and arguments.n is None:
        arguments.n = _COMPARED
    given = read_images(arguments, model)
    _check_names(arguments, given)
    if not (corruption or arguments.clean):
        _write(arguments, model, given, {"noisy": from_uint8(given.images[:_PICTURED])})
        return
    protocol = _corrupting(arguments, model, given, corruption) if corruption else _paired(arguments, model, given)
    from tfgen.tasks.denoising import Pairs, best_filter, compare_denoisers, denoise

    denoised = denoise(model, protocol.pairs.noisy)
    measured = Pairs(*(images[protocol.rows] for images in protocol.pairs))
    found = compare_denoisers(denoised[protocol.rows], measured, protocol.tuning, protocol.noise)
    _print(arguments.name, found, protocol.tuning)
    if arguments.output:
        best = best_filter(found)
        rows = {**measured._asdict(), arguments.name: found[1].images, best.name: best.images}
        _write(arguments, model, given, rows, denoised)


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


def _check_names(arguments: argparse.Namespace, given: "ImageSet") -> None:
    if arguments.output and not arguments.output.suffix:
        from tfgen.data.writing import named_targets

        named_targets(given.file_names)


def _corruption(arguments: argparse.Namespace) -> "Corruption":
    from tfgen.corruptions import CORRUPTIONS

    return CORRUPTIONS.get(arguments.corruption or "gaussian_noise")(arguments.noise)


def _corrupting(
    arguments: argparse.Namespace, model: "AutoencoderModel", given: "ImageSet", corruption: "Corruption"
) -> _Protocol:
    """Noise added to images; the settings are chosen on training images where those are others."""
    import numpy as np

    from tfgen.corruptions import GaussianNoise
    from tfgen.data.pictures import from_uint8
    from tfgen.tasks.denoising import TUNING_IMAGES, Pairs, corrupted, noise_level, split_for_tuning
    from tfgen.zoo.entries import find

    recipe, source = find(arguments.name).recipe, arguments.images
    damage = partial(corrupted, corruption=corruption, seed=arguments.seed or 0)
    pairs = damage(from_uint8(given.images))
    split = arguments.split or default_split(recipe, source)
    if split != "train" and has_split(recipe, source, "train"):
        shape = {"resize": arguments.resize, "data_dir": arguments.data_dir}
        training = read_source(arguments.name, model, source, split="train", n=TUNING_IMAGES, **shape)
        rows, tuning = np.arange(len(given)), damage(from_uint8(training.images), draw=1)
    else:
        rows, chosen = split_for_tuning(len(given))
        tuning = Pairs(*(images[chosen] for images in pairs))
    is_gaussian = isinstance(corruption, GaussianNoise)
    return _Protocol(pairs, rows, tuning, 2.0 * corruption.scale if is_gaussian else noise_level(tuning))


def _paired(arguments: argparse.Namespace, model: "AutoencoderModel", given: "ImageSet") -> _Protocol:
    """The given images, and those of --clean."""
    from tfgen.data.pictures import from_uint8
    from tfgen.tasks.denoising import Pairs, noise_level, split_for_tuning

    shape = {"resize": arguments.resize, "data_dir": arguments.data_dir}
    clean = read_source(arguments.name, model, arguments.clean, split=arguments.split, n=arguments.n, **shape)
    alone = set(given.file_names) ^ set(clean.file_names)
    # Data sets have no names, and are matched by their order.
    if given.file_names and clean.file_names and alone:
        raise TfgenError(
            f"{min(alone)} is in one of {arguments.images} and {arguments.clean} only; give each image with and "
            "without noise, under the same name"
        )
    if len(clean) != len(given):
        raise TfgenError(
            f"there are {len(given):,} images of {given.origin} and {len(clean):,} of {clean.origin}; give each image "
            "with and without noise"
        )
    pairs = Pairs(*(from_uint8(images.images[: arguments.n or _COMPARED]) for images in (clean, given)))
    rows, chosen = split_for_tuning(len(pairs.clean))
    tuning = Pairs(*(images[chosen] for images in pairs))
    return _Protocol(pairs, rows, tuning, noise_level(tuning))


def _write(
    arguments: argparse.Namespace,
    model: "AutoencoderModel",
    given: "ImageSet",
    rows: "dict[str, np.ndarray]",
    denoised: "np.ndarray | None" = None,
) -> None:
    """Writes the picture of some images, or all denoised ones: those that are there, and then the others."""
    from tfgen.data.pictures import stacked_grid, write_png
    from tfgen.data.writing import write_images, write_named_images
    from tfgen.tasks.denoising import denoise, denoised_batches

    if arguments.output.suffix == ".png":
        if denoised is None:
            rows = {**rows, arguments.name: denoise(model, rows["noisy"])}
        write_png(arguments.output, stacked_grid(*(images[:_PICTURED] for images in rows.values())))
        print(f"wrote rows of {', '.join(rows)} to {arguments.output}")
        return
    done = [] if denoised is None else [denoised]
    batches: Iterable[np.ndarray] = (
        batch for part in (done, denoised_batches(model, given.images[sum(map(len, done)) :])) for batch in part
    )
    if given.file_names and not arguments.output.suffix:
        write_named_images(batches, given.file_names, arguments.output)
    else:
        write_images(batches, len(given), arguments.output)
    print(f"wrote {len(given):,} denoised images of {given.origin} to {arguments.output}")


def _print(name: str, rows: "list[Denoised]", tuning: "Pairs") -> None:
    from rich.table import Column, Table

    table = Table("", Column("PSNR, dB", justify="right"), Column("SSIM", justify="right"), "settings", box=None)
    for row in rows:
        similarity = "-" if row.ssim is None else f"{row.ssim:.4f}"
        table.add_row(name if row.name == "model" else row.name, f"{row.psnr:.2f}", similarity, row.settings)
    print_table(table)
    print(
        f"means over {len(rows[0].images):,} images; the filters' settings are the best on {len(tuning.clean):,} others"
    )
