"""The minimax generator's gradient dies as the discriminator improves; the non-saturating one's does not."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from tfgen.data.toy import IMAGE_SHAPE, as_images, gaussian_ring
from tfgen.models import GAN, MinimaxGAN
from tfgen.networks import mlp

from .discriminator_alone import LEARNING_RATE, discriminator_loss

STEPS = (0, 10, 25, 50, 100, 200, 400, 800, 1600)


class Gradients(NamedTuple):
    """Norms of the generator's gradient, over all its weights, after some updates of the discriminator alone.

    Attributes:
        steps: How many updates.
        discriminator_loss: On fresh points; log 4 if it knows nothing, 0 if it is never wrong.
        minimax: Norms of the gradient of E log(1 - D(G(z))).
        non_saturating: Norms of the gradient of -E log D(G(z)).
    """

    steps: list[int]
    discriminator_loss: list[float]
    minimax: list[float]
    non_saturating: list[float]


def measure(steps: Sequence[int] = STEPS, *, batch_size: int = 256, seed: int = 0) -> Gradients:
    """Trains a discriminator against a generator that is left untrained (Arjovsky and Bottou 2017, figure 2).

    Args:
        steps: After how many updates the gradients are taken, in ascending order.
        batch_size: Points of the ring, and of the generator, in an update.
        seed: Of weights, noise and points.
    """
    keras.utils.set_random_seed(seed)
    generator = mlp.generator(IMAGE_SHAPE, 2, hidden_dims=(128, 128))
    discriminator = mlp.discriminator(IMAGE_SHAPE, hidden_dims=(128, 128))
    models = MinimaxGAN(generator, discriminator, seed=seed), GAN(generator, discriminator, seed=seed)
    for model in models:
        # A generator step at a learning rate of 0 measures and changes nothing.
        adam = keras.optimizers.Adam(LEARNING_RATE, beta_1=0.0, beta_2=0.99)
        model.compile(keras.optimizers.SGD(0.0), adam, jit_compile=False)
    points, _ = gaussian_ring().sample((max(steps) + 4) * batch_size, seed)
    training, fresh = np.split(points, [max(steps) * batch_size])
    found, done = Gradients([], [], [], []), 0
    for count in steps:
        if count > done:
            part = training[done * batch_size : count * batch_size]
            models[1].fit(as_images(part), batch_size=batch_size, shuffle=False, verbose=0)
            done = count
        norms = (float(model.generator_step(as_images(fresh))["generator_gradient_norm"]) for model in models)
        for values, value in zip(found, (count, discriminator_loss(models[1], fresh), *norms), strict=True):
            values.append(value)
    return found


def summary(found: Gradients) -> str:
    """What was found, in a sentence."""
    return (
        f"over {found.steps[-1]:,} updates of the discriminator alone its loss falls from "
        f"{found.discriminator_loss[0]:.3f} to {found.discriminator_loss[-1]:.1e}; the norm of the minimax generator's "
        f"gradient goes from {found.minimax[0]:.3f} to {found.minimax[-1]:.1e}, of the non-saturating one's from "
        f"{found.non_saturating[0]:.3f} to {found.non_saturating[-1]:.1f}"
    )


def draw(axes: Any, found: Gradients) -> None:
    """The two norms over the discriminator's updates."""
    axes.plot(found.steps, found.non_saturating, "o-", label="non-saturating")
    axes.plot(found.steps, found.minimax, "s-", label="minimax")
    axes.set_xscale("symlog", linthresh=10)
    axes.set(yscale="log", xlabel="updates of the discriminator alone", ylabel="norm of G's gradient")
    axes.set_title("Minimax gradients vanish")
    axes.legend()
