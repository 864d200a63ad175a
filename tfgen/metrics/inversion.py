"""Reconstruction by inversion: the latents whose generated images come closest to given ones."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from tfgen.metrics.image_inputs import image_batch
from tfgen.metrics.latent_search import search_latents


class Inversion(NamedTuple):
    """What a generator makes of given images.

    Attributes:
        latents: float32 `(n, latent_dim)`, the best found for each image.
        distances: float64 `(n,)`, the Euclidean distance of each image to the generated one over all pixels and
            channels in [0, 1].
    """

    latents: np.ndarray
    distances: np.ndarray


def invert(
    generate: Callable[[Any], Any],
    images: Any,
    latents: Callable[[int, Any], Any],
    *,
    bound: float = math.inf,
    steps: int = 500,
    learning_rate: float = 0.1,
    restarts: int = 2,
    seed: int = 0,
    batch_size: int = 256,
) -> Inversion:
    """Searches min_z ||x - G(z)|| for each image x by gradient descent on z.

    As Lipton and Tripathi 2017 (arXiv 1702.04782) and Creswell and Bharath 2016 (arXiv 1611.05644) do; the steps are
    those of `search_latents`. A distance found so is an upper bound of the true one, and falls with more steps and
    restarts, so that it says nothing without their numbers.

    Args:
        generate: Latents `(rows, latent_dim)` -> images in [-1, 1], in TensorFlow and differentiable, for example a
            model's `generate`.
        images: Floats `(n, height, width, 1 or 3)` in [-1, 1], of the generated images' size.
        latents: (n, seed of two integers) -> latents `(n, latent_dim)` to start from, for example a model's `latents`.
        bound: Latents are held to [-bound, bound] after each step, as Lipton and Tripathi clip them: 1 for a prior that
            is uniform on [-1, 1], where a search without a bound ends at latents that the generator never gets.
        steps: Updates of each latent.
        learning_rate: Adam's, at the first step.
        restarts: Latents that each image is sought from.
        seed: Draws the starts.
        batch_size: Latents updated at once; memory is that of one such batch.

    Raises:
        ValueError: If these are not such images, the generated ones have another size, `generate` has no gradient, or a
            number is not positive.
    """
    images = image_batch(images, "images").astype(np.float32, copy=False)

    def squared_distance(codes: Any, targets: Any) -> Any:
        generated = ops.cast(generate(codes), "float32")
        if tuple(generated.shape[1:]) != images.shape[1:]:
            raise ValueError(
                f"the generator makes images of shape {tuple(generated.shape[1:])}, and the given ones are "
                f"{images.shape[1:]}; give images of the generator's size"
            )
        # From [-1, 1] to [0, 1] is half of the distance.
        return ops.sum(ops.square((generated - targets) / 2.0), axis=(1, 2, 3))

    found = search_latents(
        squared_distance,
        images,
        latents,
        bound=bound,
        steps=steps,
        learning_rate=learning_rate,
        restarts=restarts,
        seed=seed,
        batch_size=batch_size,
    )
    return Inversion(found.latents, np.sqrt(found.costs))


def recovered_share(distances: Any, threshold: float) -> float:
    """The share of images that a generator can make: those whose distance to a generated one is below a threshold.

    Args:
        distances: `(n,)`, for example those of `invert`.
        threshold: In the unit of the distances.

    Raises:
        ValueError: If there are no distances, one is negative or not finite, or the threshold is not positive.
    """
    distances = np.asarray(distances, np.float64)
    if distances.ndim != 1 or not distances.size or not np.isfinite(distances).all() or (distances < 0).any():
        raise ValueError(
            f"distances have shape {distances.shape}; a share is taken of finite numbers (n,), 0 or more, at least one"
        )
    if not threshold > 0:
        raise ValueError(f"threshold is {threshold}; it is positive")
    return float((distances < threshold).mean())
