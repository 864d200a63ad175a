"""Directions that labels show, and walks along a direction."""

from typing import Any

import numpy as np

from tfgen.latent.inputs import latent_rows, rows_of_one_width


def mean_difference(positives: Any, negatives: Any) -> np.ndarray:
    """The direction from the mean of some latents to the mean of others: an attribute's vector.

    Args:
        positives: Latents of images that have the attribute, `(n, latent_dim)`.
        negatives: Latents of images that have not, `(m, latent_dim)`.

    Returns:
        float64 `(latent_dim,)` of length 1.

    Raises:
        ValueError: If these are not finite latents of one length, or their means are equal.
    """
    positives, negatives = rows_of_one_width(positives=positives, negatives=negatives)
    return unit(positives.mean(axis=0) - negatives.mean(axis=0), "the means of positives and negatives are equal")


def boundary_normal(positives: Any, negatives: Any) -> np.ndarray:
    """The normal of the plane that separates two kinds of latents best (InterFaceGAN, Shen et al. 2020, 1907.10786).

    As in the paper the plane is a linear support vector machine's, here with both kinds of equal weight whatever their
    number. Unlike `mean_difference` it leaves out where the kinds differ but cannot be told apart by. Where the
    kinds overlap, the plane errs as little as it can.

    Args:
        positives: Latents of images that have the attribute, `(n, latent_dim)`.
        negatives: Latents of images that have not, `(m, latent_dim)`.

    Returns:
        float64 `(latent_dim,)` of length 1, pointing to the positives.

    Raises:
        ValueError: If these are not finite latents of one length, or all of them are equal.
    """
    from sklearn.svm import LinearSVC

    positives, negatives = rows_of_one_width(positives=positives, negatives=negatives)
    belongs = np.repeat([1, 0], [len(positives), len(negatives)])
    machine = LinearSVC(class_weight="balanced", random_state=0, max_iter=10_000)
    # The machine pays for how far the plane is from 0, which is to be no matter of where the latents lie.
    centre = (positives.mean(axis=0) + negatives.mean(axis=0)) / 2
    machine.fit(np.concatenate([positives, negatives]) - centre, belongs)
    return unit(machine.coef_[0], "all positives and negatives are equal")


def spread_along(latents: Any, direction: Any) -> float:
    """The standard deviation of latents along a direction, the unit in which walks of all models compare.

    Args:
        latents: `(n, latent_dim)`, drawn from the model, 2 or more.
        direction: `(latent_dim,)`, of any length but 0.

    Raises:
        ValueError: As `traverse`, or if the latents do not vary along the direction.
    """
    rows, (vector,) = rows_of_one_width(latents=latents, direction=np.reshape(direction, (1, -1)))
    spread = float((rows @ unit(vector, "the direction is 0")).std())
    if not spread > 0:
        raise ValueError(f"the {len(rows)} latents do not vary along the direction; take other ones, 2 or more")
    return spread


def traverse(latents: Any, direction: Any, distances: Any) -> np.ndarray:
    """Walks along a direction from each latent.

    Args:
        latents: Where the walks begin, `(n, latent_dim)`.
        direction: `(latent_dim,)`, of any length but 0; only where it points to counts.
        distances: How far from the beginning each frame is, `(frames,)`, negative for the other way.

    Returns:
        float32 `(n, frames, latent_dim)`.

    Raises:
        ValueError: If these are not finite, do not fit each other, or the direction is 0.
    """
    rows, (vector,) = rows_of_one_width(latents=latents, direction=np.reshape(direction, (1, -1)))
    vector = unit(vector, "the direction is 0")
    offsets = latent_rows(np.reshape(distances, (1, -1)), "distances")[0]
    return (rows[:, None] + offsets[:, None] * vector).astype(np.float32)


def walks_along(latents: Any, directions: Any, *, starts: int = 1, reach: float = 3.0, frames: int = 9) -> np.ndarray:
    """Walks from a model's draws along each of some directions, as far as the draws themselves spread along it.

    Args:
        latents: `(n, latent_dim)`, drawn from the model, 2 or more.
        directions: `(m, latent_dim)`, of any length but 0.
        starts: How many of the latents, the first ones, each direction is walked from.
        reach: How far each way, in standard deviations of the latents along the direction.
        frames: Points on each walk; of an odd number the middle one is where it starts.

    Returns:
        float32 `(m * starts, frames, latent_dim)`, direction by direction.

    Raises:
        ValueError: As `spread_along`.
    """
    distances = np.linspace(-reach, reach, frames)
    walks = [traverse(latents[:starts], each, distances * spread_along(latents, each)) for each in directions]
    return np.concatenate(walks)


def unit(vector: np.ndarray, complaint: str) -> np.ndarray:
    """The vector at length 1.

    Raises:
        ValueError: With the complaint, if it has no direction.
    """
    length = np.linalg.norm(vector)
    if not length > 0:
        raise ValueError(f"{complaint}, so that there is no direction to go")
    return vector / length
