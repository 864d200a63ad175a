"""Between two parallel lines the GAN's loss is flat in their distance; the Wasserstein critic's estimate is not."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from tfgen.data.toy import IMAGE_SHAPE, parallel_lines
from tfgen.models import GAN, WGANGP
from tfgen.networks import mlp
from tfgen.priors.noise import Uniform

from .discriminator_alone import affine_generator, discriminator_loss, train_discriminator

DISTANCES = (0.0, 0.1, 0.2, 0.4, 0.8, 1.2, 1.6)
PENALTY_WEIGHT = 10.0


class Estimates(NamedTuple):
    """What trained discriminators say of two lines.

    Attributes:
        distances: Of the lines: the true Wasserstein distance.
        jensen_shannon: (log 4 - the discriminator's loss) / 2, at most log 2.
        wasserstein: Mean of the critic on one line minus its mean on the other.
    """

    distances: list[float]
    jensen_shannon: list[float]
    wasserstein: list[float]


def measure(
    distances: Sequence[float] = DISTANCES, *, steps: int = 1000, batch_size: int = 256, seed: int = 0
) -> Estimates:
    """Trains a GAN's discriminator and a WGAN-GP's critic on the lines of Arjovsky et al. 2017, example 1.

    The generator stands still and draws one of the lines; losses are those on fresh points.

    Args:
        distances: Of the lines.
        steps: Updates of each discriminator.
        batch_size: Points of either line in an update.
        seed: Of weights, noise and points.
    """
    found = Estimates([], [], [])
    for distance in distances:
        losses = []

        def line(count: int, seed: int, distance: float = distance) -> np.ndarray:
            return parallel_lines(count, distance, seed)[0]

        for method, options in ((GAN, {}), (WGANGP, {"discriminator_steps": 1, "penalty_weight": PENALTY_WEIGHT})):
            keras.utils.set_random_seed(seed)
            generator = affine_generator((0.0, 0.5), (distance / 2, 0.0))
            critic = mlp.discriminator(IMAGE_SHAPE, hidden_dims=(64, 64))
            model = method(generator, critic, prior=Uniform(), seed=seed, **options)
            train_discriminator(model, line, steps=steps, batch_size=batch_size, seed=seed)
            losses.append(discriminator_loss(model, line(4 * batch_size, seed + 1)))
        values = distance, (math.log(4) - losses[0]) / 2, -losses[1]
        for column, value in zip(found, values, strict=True):
            column.append(float(value))
    return found


def penalised_optimum(distance: float, penalty_weight: float = PENALTY_WEIGHT) -> float:
    """The critic's estimate at the optimum of WGAN-GP between two lines, which lies above the distance.

    A critic of slope s gets s distance - penalty_weight (s - 1)^2, the most at s = 1 + distance / (2 penalty_weight).
    """
    return distance * (1 + distance / (2 * penalty_weight))


def summary(found: Estimates) -> str:
    """What was found, in a sentence."""
    apart = [index for index, distance in enumerate(found.distances) if distance > 0]
    flat = [found.jensen_shannon[index] for index in apart]
    errors = [abs(found.wasserstein[i] / penalised_optimum(found.distances[i]) - 1) for i in apart]
    return (
        f"between lines {found.distances[apart[0]]:g} to {found.distances[-1]:g} apart the discriminator estimates a "
        f"Jensen-Shannon divergence of {min(flat):.4f} to {max(flat):.4f} (log 2 is {math.log(2):.4f}), and the critic "
        f"a Wasserstein distance of {found.wasserstein[apart[0]]:.3f} to {found.wasserstein[-1]:.3f}, within "
        f"{100 * max(errors):.1f} % of the penalised optimum; on each other, {found.jensen_shannon[0]:.4f} and "
        f"{found.wasserstein[0]:.4f}"
    )


def draw(axes: Any, found: Estimates) -> None:
    """Both estimates over the distance, with their closed forms."""
    axes.plot(found.distances, found.distances, color="grey", linewidth=1, label="distance")
    optimum = [penalised_optimum(distance) for distance in found.distances]
    axes.plot(found.distances, optimum, color="grey", linewidth=1, linestyle=":", label="penalised optimum")
    axes.axhline(math.log(2), color="grey", linewidth=1, linestyle="--", label="log 2")
    axes.plot(found.distances, found.wasserstein, "o", label="Wasserstein, critic")
    axes.plot(found.distances, found.jensen_shannon, "s", label="Jensen-Shannon, discriminator")
    axes.set(xlabel="distance of the two lines", ylabel="estimate")
    axes.set_title("Disjoint supports")
    axes.legend()
