"""The best discriminator is p_r / (p_r + p_g), and 1/2 everywhere once the generator is right."""

from typing import Any, NamedTuple

import keras
import numpy as np
from scipy.stats import norm, wasserstein_distance

from tfgen.data.toy import as_images
from tfgen.models import GAN
from tfgen.networks import mlp

from .discriminator_alone import affine_generator, falling_adam, train_discriminator

IMAGE_SHAPE = (1, 1, 1)
REAL = norm(0.25, 0.2)
GENERATED = norm(-0.25, 0.3)
GRID = np.linspace(-1.0, 1.0, 201)
SAMPLES = 10_000


class Curves(NamedTuple):
    """A discriminator's probability of being real over a grid.

    Attributes:
        points: The grid.
        trained: What the trained discriminator gives.
        optimal: What theory gives.
        weights: The density of what the discriminator has to judge, over the grid, with sum 1.
        generated: Points of the generator, `(n,)`.
    """

    points: np.ndarray
    trained: np.ndarray
    optimal: np.ndarray
    weights: np.ndarray
    generated: np.ndarray

    @property
    def mean_error(self) -> float:
        """The mean of |trained - optimal| over what the discriminator has to judge."""
        return float(self.weights @ np.abs(self.trained - self.optimal))


def measure_fixed(*, steps: int = 2000, batch_size: int = 512, seed: int = 0) -> Curves:
    """Trains a discriminator alone between two normal distributions of the line.

    Args:
        steps: Updates of the discriminator.
        batch_size: Points of either distribution in an update.
        seed: Of weights, noise and points.
    """
    keras.utils.set_random_seed(seed)
    generator = affine_generator([GENERATED.std()], [GENERATED.mean()])
    model = GAN(generator, _discriminator(), seed=seed)
    train_discriminator(model, _draw, steps=steps, batch_size=batch_size, seed=seed)
    real, generated = REAL.pdf(GRID), GENERATED.pdf(GRID)
    return _curves(model, real / (real + generated), real + generated)


def measure_trained(*, steps: int = 3000, batch_size: int = 512, seed: int = 0) -> Curves:
    """Trains a whole GAN on one of them, and then a new discriminator against its generator, which is to say 1/2.

    The GAN's own discriminator would say little: it may have forgotten how to tell what it has not seen for long.

    Args:
        steps: Updates of either player, and then of the new discriminator.
        batch_size: Points of either side in an update.
        seed: Of weights, noise and points.
    """
    keras.utils.set_random_seed(seed)
    model = GAN(mlp.generator(IMAGE_SHAPE, 1, hidden_dims=(64, 64)), _discriminator(), seed=seed)
    model.compile(falling_adam(steps), falling_adam(steps), jit_compile=False, steps_per_execution=min(50, steps))
    model.fit(as_images(_draw(steps * batch_size, seed)), batch_size=batch_size, shuffle=False, verbose=0)
    judge = GAN(model.generator, _discriminator(), seed=seed + 1)
    train_discriminator(judge, _draw, steps=steps, batch_size=batch_size, seed=seed + 1)
    return _curves(judge, np.full_like(GRID, 0.5), REAL.pdf(GRID))


def _discriminator() -> keras.Model:
    return mlp.discriminator(IMAGE_SHAPE, hidden_dims=(64, 64))


def _draw(count: int, seed: int) -> np.ndarray:
    return REAL.rvs((count, 1), random_state=np.random.default_rng(seed)).astype(np.float32)


def _curves(model: GAN, optimal: np.ndarray, density: np.ndarray) -> Curves:
    logits = model.discriminate(as_images(GRID[:, np.newaxis].astype(np.float32)), training=False)
    trained = keras.ops.convert_to_numpy(keras.ops.sigmoid(logits))[:, 0].astype(float)
    return Curves(GRID, trained, optimal, density / density.sum(), model.sample(SAMPLES, seed=model.seed).ravel())


def summary(fixed: Curves, trained: Curves) -> str:
    """What was found, in a sentence."""
    distance = wasserstein_distance(trained.generated, _draw(SAMPLES, seed=1).ravel())
    return (
        f"trained alone between two known normal distributions, the discriminator is on average {fixed.mean_error:.3f} "
        f"from the closed form; a new one, trained against the generator that a GAN's training on one of them ends "
        f"with, is {trained.mean_error:.3f} from 1/2 (the Wasserstein distance of generated and real points is "
        f"{distance:.3f}, their standard deviation {REAL.std():g})"
    )


def draw_fixed(axes: Any, found: Curves) -> None:
    """The trained discriminator over the closed form, above the two densities."""
    for distribution, label in ((REAL, "real"), (GENERATED, "generated")):
        density = distribution.pdf(found.points)
        axes.fill_between(found.points, density / REAL.pdf(REAL.mean()), alpha=0.25, label=f"density, {label}")
    axes.plot(found.points, found.optimal, color="grey", linewidth=4, alpha=0.5, label="closed form")
    axes.plot(found.points, found.trained, label="trained D")
    axes.set(xlabel="x", ylabel="D(x)")
    axes.set_title("The optimal discriminator")
    axes.legend()


def draw_trained(axes: Any, found: Curves) -> None:
    """The discriminator at the end of a GAN's training, above the data's density."""
    axes.fill_between(found.points, REAL.pdf(found.points) / REAL.pdf(REAL.mean()), alpha=0.25, label="density, real")
    heights, edges = np.histogram(found.generated, 80, (-1, 1), density=True)
    axes.stairs(heights / REAL.pdf(REAL.mean()), edges, color="C1", label="density, generated")
    axes.axhline(0.5, color="grey", linewidth=4, alpha=0.5, label="1/2")
    seen = np.abs(found.points - REAL.mean()) < 2.5 * REAL.std()
    axes.plot(found.points[seen], found.trained[seen], label="new D")
    axes.set(xlabel="x", ylabel="D(x)", xlim=(-0.75, 1.0), ylim=(0, 1.1))
    axes.set_title("1/2 after training")
    axes.legend()
