"""Reconstruction by inversion: the latents whose generated images come closest to given ones."""

import itertools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from tfgen import backend
from tfgen.data.progress import progress
from tfgen.metrics.image_inputs import image_batch

# The gradient has no noise to average out: with Adam's usual beta2 of 0.999 it takes two to three times the steps.
_BETA1, _BETA2, _EPSILON = 0.9, 0.9, 1e-8


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

    As Lipton and Tripathi 2017 (arXiv 1702.04782) and Creswell and Bharath 2016 (arXiv 1611.05644) do. The steps are
    Adam's (beta1 0.9, beta2 0.9), with a learning rate that falls to 0 along half a cosine. Each image is sought from
    `restarts` latents drawn from the prior, and the closest result counts; every search goes its own way, whatever the
    others in its batch. A distance found so is an upper bound of the true one, and falls with more steps and restarts,
    so that it says nothing without their numbers.

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


class CheapestLatents(NamedTuple):
    """What a search ended at.

    Attributes:
        latents: float32 `(n, latent_dim)`, the cheapest found for each target.
        costs: float64 `(n,)`, what they cost.
    """

    latents: np.ndarray
    costs: np.ndarray


def search_latents(
    cost: Callable[[Any, Any], Any],
    targets: np.ndarray,
    latents: Callable[[int, Any], Any],
    *,
    bound: float = math.inf,
    steps: int = 500,
    learning_rate: float = 0.1,
    restarts: int = 2,
    seed: int = 0,
    batch_size: int = 256,
) -> CheapestLatents:
    """Searches the latents that cost least for each target, by the descent that `invert` describes.

    Args:
        cost: Latents `(rows, latent_dim)` and float32 targets `(rows, ...)` -> what each row costs, float32 `(rows,)`,
            in TensorFlow and differentiable; the rows do not see each other.
        targets: float32 `(n, ...)`.
        latents: As for `invert`; row i is a start for target i modulo n.
        bound: As for `invert`, and so are the others.
        steps: Updates of each latent.
        learning_rate: Adam's, at the first step.
        restarts: Latents that are sought from for each target.
        seed: Draws the starts.
        batch_size: Latents updated at once.

    Raises:
        ValueError: If the cost has no gradient, or a number is not positive.
    """
    if not (min(steps, restarts, batch_size) >= 1 and learning_rate > 0 and bound > 0):
        raise ValueError(
            f"steps is {steps}, restarts {restarts}, batch_size {batch_size}, learning_rate {learning_rate} and bound "
            f"{bound}; all are positive"
        )
    codes = np.array(latents(len(targets) * restarts, (seed, 0)), np.float32)
    wanted = np.arange(len(codes)) % len(targets)
    costs = np.empty(len(codes))
    update, evaluate = _compiled(cost, codes.shape[1:], targets.shape[1:], bound)
    batches = [slice(start, start + batch_size) for start in range(0, len(codes), batch_size)]
    times = itertools.product(batches, range(1, steps + 1))
    for batch, time in progress(times, "searching for latents", len(batches) * steps):
        if time == 1:
            wished = ops.convert_to_tensor(targets[wanted[batch]])
            state = (ops.convert_to_tensor(codes[batch]), *2 * [ops.zeros_like(codes[batch])])
        rate = learning_rate * (1 + math.cos(math.pi * (time - 1) / steps)) / 2
        state = update(*state, wished, rate, float(time))
        if time == steps:
            codes[batch], costs[batch] = state[0], evaluate(state[0], wished)
    best = costs.reshape(restarts, -1).argmin(axis=0) * len(targets) + np.arange(len(targets))
    return CheapestLatents(codes[best], costs[best])


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


def _compiled(
    cost: Callable[[Any, Any], Any], latent_shape: tuple[int, ...], target_shape: tuple[int, ...], bound: float
) -> tuple[Callable, Callable]:
    """One step of Adam on a batch of latents, and what latents cost; both as graphs."""

    def update(codes: Any, mean: Any, square: Any, targets: Any, rate: Any, time: Any) -> tuple[Any, Any, Any]:
        gradient = backend.input_gradient(lambda codes: cost(codes, targets), codes)
        if gradient is None:
            raise ValueError(
                "the generated images do not depend on the latents by TensorFlow's operations; "
                "give a generate that computes in TensorFlow from start to end"
            )
        mean = _BETA1 * mean + (1.0 - _BETA1) * gradient
        square = _BETA2 * square + (1.0 - _BETA2) * ops.square(gradient)
        scale = ops.sqrt(square / (1.0 - _BETA2**time)) + _EPSILON
        moved = codes - rate * mean / (1.0 - _BETA1**time) / scale
        return ops.clip(moved, -bound, bound), mean, square

    codes = backend.TensorSpec((None, *latent_shape), "float32")
    targets = backend.TensorSpec((None, *target_shape), "float32")
    scalar = backend.TensorSpec((), "float32")
    return (
        backend.function(update, (codes, codes, codes, targets, scalar, scalar)),
        backend.function(cost, (codes, targets)),
    )
