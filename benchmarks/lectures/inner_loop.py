"""Which player is updated how often: a generator that is trained more often than its discriminator loses modes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from tfgen.data.toy import IMAGE_SHAPE, as_images, as_points, gaussian_ring
from tfgen.metrics.mixture_modes import mixture_coverage
from tfgen.models import GAN
from tfgen.networks import mlp

from .discriminator_alone import falling_adam

ORDERS = {"5 D, 1 G": (5, 1), "1 D, 1 G": (1, 1), "1 D, 5 G": (1, 5), "1 D, 10 G": (1, 10)}
OPTIMIZERS = {
    "Adam, β₁ = 0.5, constant rate": lambda updates: keras.optimizers.Adam(1e-3, beta_1=0.5),
    "Adam, β₁ = 0, falling rate": falling_adam,
}
SAMPLES = 2500
# Whether a mode is reached at all is asked here, not how well: half way to the next one, by one sample in a hundred.
NEAR, ENOUGH = 20.0, SAMPLES // 100

Modes = dict[tuple[str, str], list[int]]


class GeneratorFirst(GAN):
    """A GAN whose generator is updated several times a step.

    Args:
        networks: The generator and the discriminator.
        generator_steps: Updates of the generator in a step.
        options: Those of `GAN`.
    """

    def __init__(self, *networks: keras.Model, generator_steps: int, **options: Any):
        super().__init__(*networks, **options)
        self.generator_steps = generator_steps

    def train_step(self, data: Any) -> dict[str, Any]:
        """A step of `GAN`, and further updates of the generator."""
        super().train_step(data)
        for _ in range(self.generator_steps - 1):
            self.record(self.generator_step(data))
        return self.logs()


def measure(
    orders: Mapping[str, tuple[int, int]] = ORDERS,
    optimizers: Mapping[str, Callable[[int], keras.optimizers.Optimizer]] = OPTIMIZERS,
    *,
    seeds: Sequence[int] = range(5),
    steps: int = 1000,
    batch_size: int = 128,
) -> Modes:
    """Trains GANs on the ring that differ in how many updates either player gets in a step.

    All have equally many steps, so a generator that is trained more often gets more updates in all.

    Args:
        orders: Updates of the discriminator and of the generator in a step, by name.
        optimizers: By name, each makes one of a number of updates; both players have the same.
        seeds: Of weights, noise and points.
        steps: How many such steps.
        batch_size: Points of either side in an update.

    Returns:
        Modes reached, 0 to 8, one number a seed, by the names of optimizer and order.
    """
    return {
        (optimizer, order): [
            _modes(*orders[order], optimizers[optimizer], seed=seed, steps=steps, batch_size=batch_size)
            for seed in seeds
        ]
        for optimizer in optimizers
        for order in orders
    }


def _modes(
    discriminator_steps: int,
    generator_steps: int,
    optimizer: Callable[[int], keras.optimizers.Optimizer],
    *,
    seed: int,
    steps: int,
    batch_size: int,
) -> int:
    keras.utils.set_random_seed(seed)
    model = GeneratorFirst(
        mlp.generator(IMAGE_SHAPE, 2, hidden_dims=(128, 128)),
        mlp.discriminator(IMAGE_SHAPE, hidden_dims=(128, 128)),
        generator_steps=generator_steps,
        discriminator_steps=discriminator_steps,
        seed=seed,
    )
    model.compile(
        optimizer(steps * generator_steps),
        optimizer(steps * discriminator_steps),
        jit_compile=False,
        steps_per_execution=min(50, steps),
    )
    ring, batch = gaussian_ring(), batch_size * discriminator_steps
    model.fit(as_images(ring.sample(steps * batch, seed)[0]), batch_size=batch, shuffle=False, verbose=0)
    samples = as_points(model.sample(SAMPLES, seed=seed))
    return mixture_coverage(
        samples, ring.centres, ring.standard_deviation, deviations=NEAR, minimum_samples=ENOUGH
    ).modes


def summary(found: Modes) -> str:
    """What was found, in a sentence."""
    parts = []
    for optimizer in dict.fromkeys(optimizer for optimizer, _ in found):
        modes = (f"{order}: {', '.join(map(str, values))}" for (by, order), values in found.items() if by == optimizer)
        parts.append(f"with {optimizer}: {'; '.join(modes)}")
    return "modes of 8 reached, one number a seed, " + ". And ".join(parts)


def draw(axes: Any, found: Modes) -> None:
    """A bar of the mean for each order and optimizer, and a dot for each seed."""
    optimizers, orders = (list(dict.fromkeys(names)) for names in zip(*found, strict=True))
    width = 0.8 / len(optimizers)
    for index, optimizer in enumerate(optimizers):
        at = np.arange(len(orders)) + (index - (len(optimizers) - 1) / 2) * width
        modes = np.array([found[optimizer, order] for order in orders])
        axes.bar(at, modes.mean(axis=1), 0.9 * width, alpha=0.4, color=f"C{index}", label=optimizer)
        spread = at[:, np.newaxis] + np.linspace(-0.3, 0.3, modes.shape[1]) * width
        axes.plot(spread, modes, ".", color=f"C{index}")
    axes.set(xticks=range(len(orders)), xticklabels=orders, xlabel="updates in a step", ylabel="modes reached, of 8")
    axes.set(ylim=(0, 10), yticks=range(0, 9, 2))
    axes.set_title("Training the generator too often")
    axes.legend(loc="upper right")
