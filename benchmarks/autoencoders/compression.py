"""Autoencoders against PCA, JPEG and WebP: `python -m tfgen.benchmarks.autoencoders.compression`.

Prints bits per pixel and PSNR of checkpoints by the step of their codes, and of the codecs by their quality, on the
same test images, and draws the curves. JPEG and WebP know no data set. Principal components of the training images do,
as an autoencoder does: their coefficients are quantised, coded and decoded in the same way.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure
from sklearn.decomposition import PCA

from tfgen.data import ImageSet, load_images
from tfgen.data.pictures import from_uint8
from tfgen.files import atomic_path
from tfgen.models import Autoencoder
from tfgen.networks import mlp
from tfgen.tasks.compression import rate_distortion
from tfgen.tasks.picture_codecs import CODECS, curve
from tfgen.tasks.rate_distortion import RatePoint
from tfgen.zoo import load
from tfgen.zoo.entries import find

STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
COMPONENTS = (64, 256)
QUALITIES = (0, 1, 3, 5, 10, 15, 20, 30, 50)

EXAMPLE = """example, a few minutes of one processor core:
  python -m tfgen.benchmarks.autoencoders.compression --models autoencoder_fashion_mnist,vae_fashion_mnist"""


def measure(
    models: Sequence[str], training: ImageSet, images: ImageSet, steps: Sequence[float], components: Sequence[int]
) -> dict[str, list[RatePoint]]:
    """The curves of checkpoints, by their names, of PCA and of the codecs.

    Args:
        models: Names in the zoo, or paths of runs.
        training: What they were trained on, for PCA.
        images: Images of the shape that all of them take.
        steps: Steps of the codes, in grey levels.
        components: How many principal components are kept, for a curve each.
    """
    found = {name: rate_distortion(load(name), images, steps, name=find(name).recipe.name) for name in models}
    for count in components:
        name = f"PCA {count}"
        found[name] = rate_distortion(principal_components(training, count), images, steps, name=name)
    for codec in CODECS:
        found[codec.name] = curve(codec, images, [each for each in QUALITIES if each in codec.qualities])
    return found


def principal_components(images: ImageSet, count: int) -> Autoencoder:
    """PCA as a linear autoencoder: the code is the coefficients of the first principal components of images."""
    pixels = from_uint8(images.images).reshape(len(images), -1)
    fitted = PCA(count, svd_solver="covariance_eigh").fit(pixels)
    encoder = mlp.encoder(images.image_shape, count, hidden_dims=())
    decoder = mlp.decoder(images.image_shape, count, hidden_dims=(), output_activation="linear")
    encoder.set_weights([fitted.components_.T, -fitted.components_ @ fitted.mean_])
    decoder.set_weights([fitted.components_, fitted.mean_])
    return Autoencoder(encoder, decoder)


def table(curves: Mapping[str, Sequence[RatePoint]]) -> list[str]:
    """The lines of a Markdown table."""
    lines = ["| | step or quality | bytes | bits per pixel | PSNR, dB |", "|---|---|---|---|---|"]
    for name, points in curves.items():
        for setting, size, bits, psnr in points:
            lines.append(f"| {name} | {'' if setting is None else setting} | {size:,} | {bits:.4f} | {psnr:.2f} |")
    return lines


def draw(curves: Mapping[str, Sequence[RatePoint]], title: str) -> Figure:
    """PSNR over bits per pixel."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    codecs = {codec.name for codec in CODECS}
    for name, points in curves.items():
        bits, psnr = [point.bits_per_pixel for point in points], [point.psnr for point in points]
        axes.plot(bits, psnr, "--" if name in codecs else "-", marker="o", markersize=3, label=name)
    axes.set(xscale="log", xlabel="bits per pixel, headers included", ylabel="PSNR, dB", title=title)
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    return figure


def main() -> None:
    """Measures, prints the table and draws the curves."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--models",
        default="autoencoder_fashion_mnist,vae_fashion_mnist",
        help="checkpoints with commas between, all for images of one shape (default: those of Fashion-MNIST)",
    )
    parser.add_argument("--count", type=int, default=10_000, help="test images, from the first on (default: 10000)")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    parser.add_argument("--output", type=Path, default=Path("compression.png"), help="(default: compression.png)")
    arguments = parser.parse_args()
    names = arguments.models.split(",")
    recipe = find(names[0]).recipe
    data = recipe.table["data"]["name"]
    source = {"image_size": recipe.image_shape[0], "data_dir": arguments.data_dir, **recipe.data_options}
    training, test = (load_images(data, split, **source) for split in ("train", "test"))
    images = test.first(arguments.count)
    curves = measure(names, training, images, STEPS, COMPONENTS)
    print("\n".join(table(curves)))
    with atomic_path(arguments.output) as temporary:
        draw(curves, f"{len(images):,} test images of {data}").savefig(temporary, dpi=100)


if __name__ == "__main__":
    main()
