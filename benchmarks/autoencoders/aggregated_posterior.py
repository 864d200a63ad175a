"""Whether codes follow the prior: `python -m tfgen.benchmarks.autoencoders.aggregated_posterior --output pictures`.

Prints a table of two-sample tests of the codes of test images against draws of each model's prior. The codes of a VAE
are draws of the images' posteriors, one each: so is its aggregated posterior made up, whose means alone are too narrow.
Of models with codes in the plane it writes two pictures: the codes beside draws of the prior, coloured by class, and
samples.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tfgen.cli.autoencoding import open_autoencoder
from tfgen.data import ImageSet, load_images
from tfgen.data.pictures import from_uint8, write_png
from tfgen.data.progress import progress
from tfgen.files import atomic_path
from tfgen.latent.encoding import compute_over
from tfgen.metrics.maximum_mean_discrepancy import TwoSampleTest, two_sample_test
from tfgen.models import AutoencoderModel
from tfgen.models.variational_model import VariationalModel
from tfgen.priors import Normal
from tfgen.zoo.entries import find

NAMES = ("aae_fashion_mnist", "wae_fashion_mnist", "autoencoder_fashion_mnist.latent8")
WHITENING_IMAGES = 10_000
BATCH_SIZE = 500
LEVEL = 0.05
SEED = 0
# Noise of codes and draws of the prior may have one seed: this keeps their streams apart.
_NOISE = 1 << 32


class Row(NamedTuple):
    """A model's codes against its prior.

    Attributes:
        name: The model's.
        prior: What its codes are compared with: for a plain autoencoder, which has none, N(0, I).
        latent_dim: Length of a code.
        as_they_are: The test of the codes.
        whitened: That of the codes shifted, scaled and turned to mean 0 and covariance I; None where the prior has not
            these itself.
    """

    name: str
    prior: str
    latent_dim: int
    as_they_are: TwoSampleTest
    whitened: TwoSampleTest | None


def codes_of(model: AutoencoderModel, images: ImageSet, seed: int = SEED) -> np.ndarray:
    """A code for each image, `(n, latent_dim)`: drawn from its posterior if the model has one, else its only code.

    Args:
        model: The model.
        images: Of the model's shape.
        seed: Of the draws.
    """
    if not isinstance(model, VariationalModel):
        return compute_over(model, "encode", images, description="encoding images")
    starts = range(0, len(images), BATCH_SIZE)
    drawn = [
        model.draw_codes(model.posterior(from_uint8(images.images[start : start + BATCH_SIZE])), (seed, _NOISE + start))
        for start in progress(starts, "drawing codes", len(starts))
    ]
    return np.concatenate([np.asarray(codes) for codes in drawn])


def compare(
    name: str, model: AutoencoderModel, codes: np.ndarray, others: np.ndarray, *, permutations: int, seed: int = SEED
) -> Row:
    """Tests codes against as many draws of a model's prior.

    Args:
        name: What to call the model.
        model: The model.
        codes: Of the images to test, `(n, latent_dim)`.
        others: Of other images, whose mean and covariance whiten the codes: by their own they would look better.
        permutations: Of each test.
        seed: Of the draws and permutations.
    """
    draws = np.asarray(model.prior.sample(len(codes), model.latent_dim, (seed, 0)))
    arguments = {"permutations": permutations, "seed": seed}
    whitened = None
    if isinstance(model.prior, Normal):
        whitened = two_sample_test(whiten(codes, others), draws, **arguments)
    as_they_are = two_sample_test(codes, draws, **arguments)
    return Row(name, type(model.prior).__name__, model.latent_dim, as_they_are, whitened)


def whiten(codes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Codes moved as gives the others mean 0 and covariance I."""
    variances, axes = np.linalg.eigh(np.cov(others.T.astype(np.float64)))
    # A direction in which nothing varies stays small, and is not blown up.
    return (codes - others.mean(axis=0)) @ (axes / np.sqrt(np.maximum(variances, 1e-6 * variances.max())))


def table(rows: Sequence[Row], count: int, permutations: int) -> list[str]:
    """Lines of Markdown: a row for each model, then what was done."""

    def cells(found: TwoSampleTest | None) -> str:
        return "- | -" if found is None else f"{found.squared_mmd:.5f} | {found.p_value:.3f}"

    lines = [
        "| model | prior | code | MMD^2 of codes | p | MMD^2 of whitened codes | p |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {row.name} | {row.prior} | {row.latent_dim} | {cells(row.as_they_are)} | {cells(row.whitened)} |"
            for row in rows
        ),
    ]

    def rejected(column: str) -> str:
        tests = {row.name: getattr(row, column) for row in rows}
        passed = [name for name, found in tests.items() if found is not None and found.p_value >= LEVEL]
        return f"all models but {' and '.join(passed)}" if passed else "all models"

    return [
        *lines,
        "",
        f"Codes of {count:,} test images against {count:,} draws, Gaussian kernel of the median distance, "
        f"{permutations:,} permutations. At the level of {LEVEL:.0%} the test rejects the codes of "
        f"{rejected('as_they_are')}; whitened, those of {rejected('whitened')}.",
        "One that it does not reject may differ from its prior all the same: no training makes them equal, and given "
        "images enough the test rejects every model.",
    ]


def draw_codes(path: Path, model: AutoencoderModel, codes: np.ndarray, images: ImageSet) -> None:
    """Draws codes in the plane, coloured by their images' class, beside as many draws of the prior.

    Where the prior has a part for each class, the title says how many codes lie in their own.
    """
    from matplotlib.figure import Figure

    draws = np.asarray(model.prior.sample(len(codes), 2, (SEED, 0)))
    parts, title = None, "codes of test images"
    if hasattr(model.prior, "locate"):
        parts = model.prior.locate(draws)[0]
        own = np.mean(np.asarray(model.prior.locate(codes)[0]) == images.labels[: len(codes)])
        title = f"{title}, {own:.0%} in their class's part"
    figure = Figure(figsize=(11, 5.5), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    shown = left.scatter(*codes.T, s=4, c=images.labels[: len(codes)], cmap="tab10")
    right.scatter(*draws.T, s=4, c=parts, cmap="tab10")
    left.set(title=title, aspect="equal")
    right.set(title="draws of the prior", aspect="equal")
    handles, _ = shown.legend_elements(num=None)
    figure.legend(handles, images.class_names or range(len(handles)), loc="outside right center")
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=100, format="png")


def main() -> None:
    """Prints the table and writes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=NAMES, help=f"autoencoders, or runs (default: {' '.join(NAMES)})")
    parser.add_argument("--count", type=int, default=2000, help="test images (default: 2,000)")
    parser.add_argument("--permutations", type=int, default=1000, help="of each test (default: 1,000)")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    parser.add_argument("--output", type=Path, default=Path(), help="folder of the pictures (default: this one)")
    arguments = parser.parse_args()
    rows = []
    for name in arguments.names:
        recipe, model = find(name).recipe, open_autoencoder(name)
        source = {"image_size": recipe.image_shape[0], "data_dir": arguments.data_dir, **recipe.data_options}
        test, training = (load_images(recipe.table["data"]["name"], split, **source) for split in ("test", "train"))
        codes, others = (
            codes_of(model, images.first(count))
            for images, count in ((test, arguments.count), (training, WHITENING_IMAGES))
        )
        if codes.ndim > 2:
            raise SystemExit(f"the codes of {name} are maps, and only vectors are compared with a prior; leave it out")
        called = Path(name).name
        rows.append(compare(called, model, codes, others, permutations=arguments.permutations))
        if model.latent_dim == 2 and test.labels is not None:
            draw_codes(arguments.output / f"{called}_codes.png", model, codes, test)
            write_png(arguments.output / f"{called}_samples.png", model.contact_sheet(100, SEED))
    print("\n".join(table(rows, arguments.count, arguments.permutations)))


if __name__ == "__main__":
    main()
