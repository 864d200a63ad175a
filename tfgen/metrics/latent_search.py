"""Search for latents by gradient descent: what `invert` and the repair of images do."""

import itertools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from tfgen import backend
from tfgen.data.progress import progress

# The gradient has no noise to average out: with Adam's usual beta2 of 0.999 it takes two to three times the steps.
_BETA1, _BETA2, _EPSILON = 0.9, 0.9, 1e-8


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
    """Searches the latents that cost least for each target, by gradient descent.

    The steps are Adam's (beta1 0.9, beta2 0.9), with a learning rate that falls to 0 along half a cosine. For each
    target the search starts `restarts` times, and the cheapest result counts; every search goes its own way, whatever
    the others in its batch.

    Args:
        cost: Latents `(rows, latent_dim)` and float32 targets `(rows, ...)` -> what each row costs, float32 `(rows,)`,
            in TensorFlow and differentiable; the rows do not see each other.
        targets: float32 `(n, ...)`.
        latents: (count, seed of two integers) -> latents `(count, latent_dim)` to start from, for example a model's
            `latents`; row i is a start for target i modulo n.
        bound: Latents are held to [-bound, bound] after each step.
        steps: Updates of each latent.
        learning_rate: Adam's, at the first step.
        restarts: Starts for each target.
        seed: Draws the starts.
        batch_size: Latents updated at once; memory is that of one such batch.

    Returns:
        The cheapest latents for each target, and what they cost.

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


def _compiled(
    cost: Callable[[Any, Any], Any], latent_shape: tuple[int, ...], target_shape: tuple[int, ...], bound: float
) -> tuple[Callable, Callable]:
    """One step of Adam on a batch of latents, and what latents cost; both as graphs."""

    def update(codes: Any, mean: Any, square: Any, targets: Any, rate: Any, time: Any) -> tuple[Any, Any, Any]:
        gradient = backend.input_gradient(lambda codes: cost(codes, targets), codes)
        if gradient is None:
            raise ValueError(
                "the costs do not depend on the latents by TensorFlow's operations; give a function that computes in "
                "TensorFlow from start to end"
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
