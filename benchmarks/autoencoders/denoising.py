"""A denoising autoencoder beside library filters: `python -m tfgen.benchmarks.autoencoders.denoising`.

Prints Markdown: mean PSNR and SSIM over test images at several levels of Gaussian noise, of the noisy images, the
checkpoint and each filter, whose settings are the best on training images with such noise; then those settings.
"""

import argparse
from pathlib import Path

import numpy as np

from tfgen.corruptions import GaussianNoise
from tfgen.data import load_images
from tfgen.data.pictures import from_uint8
from tfgen.tasks.denoising import TUNING_IMAGES, Denoised, compare_denoisers, corrupted, denoise
from tfgen.zoo import load
from tfgen.zoo.entries import find

CHECKPOINT = "denoising_autoencoder_fashion_mnist"
NOISE_LEVELS = (0.1, 0.25, 0.5)
SEED = 0


def table(name: str, found: dict[float, list[Denoised]]) -> list[str]:
    """Lines of Markdown: a row for each way of denoising, a column for each level of noise.

    Args:
        name: What the model is called.
        found: The rows of `compare_denoisers`, by level.
    """
    lines = [
        f"| PSNR, dB / SSIM | {' | '.join(f'noise {level:g}' for level in found)} |",
        f"|---|{'---|' * len(found)}",
    ]
    for rows in zip(*found.values(), strict=True):
        cells = [f"{row.psnr:.2f}" if row.ssim is None else f"{row.psnr:.2f} / {row.ssim:.3f}" for row in rows]
        lines.append(f"| {name if rows[0].name == 'model' else rows[0].name} | {' | '.join(cells)} |")
    settings = [
        f"- noise {level:g}: {'; '.join(f'{row.name}: {row.settings}' for row in rows if row.settings)}"
        for level, rows in found.items()
    ]
    return [*lines, "", *settings]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", default=CHECKPOINT, help=f"an autoencoder (default: {CHECKPOINT})")
    parser.add_argument("--noise", type=float, nargs="+", default=NOISE_LEVELS, help="levels (default: 0.1 0.25 0.5)")
    parser.add_argument("--count", type=int, default=10_000, help="test images (default: 10,000)")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    arguments = parser.parse_args()
    recipe = find(arguments.name).recipe

    def images(split: str, count: int) -> np.ndarray:
        name, size = recipe.table["data"]["name"], recipe.image_shape[0]
        source = {"image_size": size, "data_dir": arguments.data_dir, **recipe.data_options}
        return from_uint8(load_images(name, split, **source).images[:count])

    test, training = images("test", arguments.count), images("train", TUNING_IMAGES)
    model = load(arguments.name)
    found = {}
    for level in arguments.noise:
        noise = GaussianNoise(level)
        measured, tuning = corrupted(test, noise, SEED), corrupted(training, noise, SEED, draw=1)
        found[level] = compare_denoisers(denoise(model, measured.noisy), measured, tuning, 2.0 * level)
    print("\n".join(table(arguments.name, found)))


if __name__ == "__main__":
    main()
