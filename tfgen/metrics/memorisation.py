"""Whether a generator replays its training data: how near its samples come to it, compared with unseen images."""

from typing import Any, NamedTuple

import numpy as np

from tfgen.metrics.inputs import feature_rows
from tfgen.metrics.neighbours import squared_distances


class NearestTraining(NamedTuple):
    """For each of n rows, the training row nearest to it by Euclidean distance.

    Attributes:
        indices: Of the training rows, the first of equally near ones, int64 `(n,)`.
        distances: To them, float64 `(n,)`, in units of the features.
    """

    indices: np.ndarray
    distances: np.ndarray


class Memorisation(NamedTuple):
    """Distances to the nearest training row, of generated rows and of held-out ones.

    Attributes:
        median_generated: The median distance of the generated rows, in units of the features.
        median_held_out: The median distance of the held-out rows.
        ratio: The first median divided by the second: near 1 for a generator of new samples, 0 for one that copies.
        share_near: The share of generated rows no farther from training than a low quantile of the held-out rows:
            about that quantile for a generator of new samples, 1 for one that copies.
    """

    median_generated: float
    median_held_out: float
    ratio: float
    share_near: float


class NearestPairs(NamedTuple):
    """Generated rows with their nearest training rows, the nearest pair first.

    Attributes:
        generated: Indices of generated rows, int64 `(count,)`.
        training: Indices of the training rows nearest to them.
        distances: Between the two, float64, in units of the features.
    """

    generated: np.ndarray
    training: np.ndarray
    distances: np.ndarray


def nearest_training(training: Any, features: Any) -> NearestTraining:
    """Measures how near rows come to the training rows, once for both `memorisation_scores` and `nearest_pairs`.

    Args:
        training: Features of the training images `(n, d)`, NumPy or TensorFlow, of any real dtype; the pixels
            themselves if flattened.
        features: Features of generated or of held-out images `(m, d)`.

    Raises:
        ValueError: If these are not two sets of features of one width.
    """
    training, rows = feature_rows(training, "training features"), feature_rows(features, "features")
    if rows.shape[1] != training.shape[1]:
        raise ValueError(
            f"features are {rows.shape[1]} wide and training ones {training.shape[1]}; "
            "take all from the same layer of the same network"
        )
    indices, distances = np.empty(len(rows), np.int64), np.empty(len(rows))
    for block, squared in squared_distances(rows, training):
        indices[block] = squared.argmin(axis=1)
        distances[block] = np.sqrt(squared.min(axis=1))
    return NearestTraining(indices, distances)


def memorisation_scores(
    generated: NearestTraining, held_out: NearestTraining, *, quantile: float = 0.05
) -> Memorisation:
    """Compares how near generated and held-out rows come to the training rows, by Euclidean distance.

    The definition is tfgen's own. A ratio well under 1 says that samples lie nearer to the training data than unseen
    images do. That is copying where single samples do so (see `nearest_pairs`, and look at them); samples with little
    detail come nearer too, and not by copying.

    Args:
        generated: `nearest_training` of generated images.
        held_out: `nearest_training` of images of the same kind that training has not seen.
        quantile: Which one of the held-out distances `share_near` takes, between 0 and 1.

    Raises:
        ValueError: If the quantile is out of its range, or half of the held-out rows are training rows.
    """
    if not 0.0 < quantile < 1.0:
        raise ValueError(f"quantile is {quantile}; take one between 0 and 1")
    median_generated, median_held_out = float(np.median(generated.distances)), float(np.median(held_out.distances))
    if median_held_out == 0.0:
        raise ValueError("half of the held-out features equal training ones; hold out images that are new to training")
    return Memorisation(
        median_generated=median_generated,
        median_held_out=median_held_out,
        ratio=median_generated / median_held_out,
        share_near=float(np.mean(generated.distances <= np.quantile(held_out.distances, quantile))),
    )


def nearest_pairs(generated: NearestTraining, *, count: int = 8) -> NearestPairs:
    """The generated rows that come nearest to training rows, to be looked at.

    With the images that the features are of, `tfgen.data.pictures` shows each sample above its neighbour:
    `paired_grid(generated_images[pairs.generated], training_images[pairs.training])`.

    Args:
        generated: `nearest_training` of m generated images.
        count: How many pairs, from 1 to m.

    Raises:
        ValueError: If count is not such a number.
    """
    indices, distances = generated
    if not 1 <= count <= len(indices):
        raise ValueError(f"count is {count}, and there are {len(indices)} generated features; take 1 to that many")
    order = np.argsort(distances, kind="stable")[:count]
    return NearestPairs(order, indices[order], distances[order])
