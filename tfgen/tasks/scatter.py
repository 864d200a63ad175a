"""Features in the plane: projections to two dimensions, and the picture."""

import importlib.util
from pathlib import Path
from typing import NamedTuple

import numpy as np
from absl import logging

from tfgen.data.image_set import ImageSet
from tfgen.errors import TfgenError
from tfgen.files import atomic_path
from tfgen.tasks.embedding import class_name

SHOWN = 5000
"""The most points of a picture: of more, these are chosen at random."""

FEWEST = 5
"""The fewest points, among which neighbours still mean something."""

_LEGEND_ROWS = 20
_LARGEST_LEGEND = 3 * _LEGEND_ROWS


class Scatter(NamedTuple):
    """Images as points.

    Attributes:
        points: `(shown, 2)`.
        indices: `(shown,)`, which image each point is.
        projection: How the points came about.
    """

    points: np.ndarray
    indices: np.ndarray
    projection: str


def scatter_points(features: np.ndarray, projection: str = "pca", *, seed: int = 0) -> Scatter:
    """Projects features to the plane: at most `SHOWN` of them, chosen at random and in random order.

    What is chosen is also all that the projection sees.

    Args:
        features: `(n, features)`.
        projection: A key of `PROJECTIONS`.
        seed: Of the choice, and of the projections that are random.

    Raises:
        ValueError: If there is no such projection, or there are under `FEWEST` images or under 2 features.
        TfgenError: As `check_projection`.
    """
    check_projection(projection)
    if len(features) < FEWEST or features.shape[1] < 2:
        raise ValueError(
            f"there are {features.shape[1]} features of {len(features)} images; a scatter takes 2 features or more, of "
            f"{FEWEST} images or more"
        )
    # In random order, so that no class hides those before it.
    indices = np.random.default_rng(seed).permutation(len(features))[:SHOWN]
    logging.info("projecting %d images to the plane by %s", len(indices), projection)
    # scikit-learn and UMAP take seeds of 32 bits.
    return Scatter(PROJECTIONS[projection](features[indices], seed % 2**32), indices, projection)


def check_projection(projection: str) -> None:
    """Says at once that a projection is not there.

    Raises:
        ValueError: If there is none of that name.
        TfgenError: If it needs a package that is not installed.
    """
    if projection not in PROJECTIONS:
        raise ValueError(f"there is no projection {projection!r}; there are {', '.join(PROJECTIONS)}")
    if projection in _EXTRAS and importlib.util.find_spec(_EXTRAS[projection]) is None:
        raise TfgenError(
            f"the projection {projection} needs a package that is not installed: pip install 'tfgen[{projection}]', or "
            "choose pca or tsne"
        )


def write_scatter(path: str | Path, scatter: Scatter, images: ImageSet) -> None:
    """Draws points in their classes' colours, or grey where there are no classes; whole or not at all.

    Args:
        path: A .png.
        scatter: The points.
        images: What they are of. Up to 60 classes are named.
    """
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    figure = Figure(figsize=(9, 7), layout="constrained")
    axes = figure.subplots()
    colours = "grey"
    if images.labels is not None:
        labels = images.labels[scatter.indices]
        count = max(len(images.class_names), int(images.labels.max()) + 1)
        palette = matplotlib.colormaps["tab10" if count <= 10 else "tab20" if count <= 20 else "turbo"]
        wheel = palette(np.arange(count) if count <= 20 else np.linspace(0, 1, count))
        colours = wheel[labels]
        present = np.unique(labels)
        if len(present) <= _LARGEST_LEGEND:
            dots = [Line2D([], [], color=wheel[label], marker="o", linestyle="") for label in present]
            # A dollar would begin a formula.
            names = [class_name(images, label).replace("$", r"\$") for label in present]
            columns = -(-len(present) // _LEGEND_ROWS)
            figure.legend(dots, names, loc="outside right upper", ncols=columns)
    axes.scatter(*scatter.points.T, c=colours, s=8, alpha=0.7, linewidths=0)
    axes.set(xticks=[], yticks=[], aspect="equal")
    axes.set_title(f"{len(scatter.points):,} of {len(images):,} images, {scatter.projection}")
    with atomic_path(Path(path)) as temporary:
        figure.savefig(temporary, dpi=120)


def _pca(features: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.decomposition import PCA

    return PCA(2, random_state=seed).fit_transform(features)


def _tsne(features: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(features) - 1) / 3)
    return TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(features)


def _umap(features: np.ndarray, seed: int) -> np.ndarray:
    from umap import UMAP

    # One thread, as a seed asks for; UMAP warns if it has to see to that itself.
    return UMAP(n_neighbors=min(15, len(features) - 1), random_state=seed, n_jobs=1).fit_transform(features)


PROJECTIONS = {"pca": _pca, "tsne": _tsne, "umap": _umap}
"""Features (n, features) and a seed -> points (n, 2), by name.

`pca`: principal components. `tsne`: t-SNE (van der Maaten and Hinton 2008), perplexity 30 or less for few images.
`umap`: UMAP (McInnes, Healy and Melville 2018, arXiv 1802.03426), 15 neighbours.
"""

_EXTRAS = {"umap": "umap"}
