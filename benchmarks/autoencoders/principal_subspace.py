"""A linear autoencoder beside PCA: `python -m tfgen.benchmarks.autoencoders.principal_subspace`.

Prints, for the images that a checkpoint was trained on, the principal angles between what its decoder spans and the
first principal components (scikit-learn's), and its mean squared error beside the least that any linear code of that
length can have.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA

from tfgen.data import load_images
from tfgen.data.pictures import from_uint8
from tfgen.models import AutoencoderModel
from tfgen.zoo import load
from tfgen.zoo.entries import find

CHECKPOINT = "linear_autoencoder_fashion_mnist"


class Comparison(NamedTuple):
    """A linear autoencoder and PCA.

    Attributes:
        angles: Principal angles of the two subspaces in degrees, the largest first.
        error: Mean squared error of the autoencoder over pixels in [-1, 1].
        least_error: That of PCA, which no linear code of the same length can undercut.
    """

    angles: np.ndarray
    error: float
    least_error: float


def compare(model: AutoencoderModel, images: np.ndarray) -> Comparison:
    """Compares a linear autoencoder with the principal components of images (n, height, width, channels) in [-1, 1]."""
    pixels = images.reshape(len(images), -1).astype(np.float64)
    components = PCA(model.latent_dim, svd_solver="covariance_eigh").fit(pixels)
    # What the decoder makes of unit codes, beside what it makes of none, spans its subspace.
    codes = np.concatenate([np.zeros((1, model.latent_dim)), np.eye(model.latent_dim)]).astype(np.float32)
    origin, *directions = np.asarray(model.decoder(codes), np.float64).reshape(len(codes), -1)
    angles = np.degrees(subspace_angles(np.transpose(directions - origin), components.components_.T))
    # Not `reconstruct`, which cuts pixels to their range.
    decoded = np.concatenate([model.decoder(part) for part in model.in_batches("encode", images)])
    error = np.mean(np.square(decoded.reshape(len(images), -1) - pixels))
    least = np.mean(np.square(components.inverse_transform(components.transform(pixels)) - pixels))
    return Comparison(angles, float(error), float(least))


def main() -> None:
    """Prints the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", default=CHECKPOINT, help=f"a linear autoencoder (default: {CHECKPOINT})")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")
    arguments = parser.parse_args()
    recipe = find(arguments.name).recipe
    source = {"image_size": recipe.image_shape[0], "data_dir": arguments.data_dir, **recipe.data_options}
    images = load_images(recipe.table["data"]["name"], **source)
    found = compare(load(arguments.name), from_uint8(images.images))
    print(f"{arguments.name} and PCA on {len(images):,} training images, {images.origin}")
    print(f"principal angles: {', '.join(f'{angle:.3f}' for angle in found.angles)} degrees")
    above = found.error / found.least_error - 1
    print(f"mean squared error: {found.error:.6f}, of PCA {found.least_error:.6f} ({above:+.4%})")


if __name__ == "__main__":
    main()
