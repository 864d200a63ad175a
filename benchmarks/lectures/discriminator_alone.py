"""A discriminator that trains against a generator that stands still, where theory knows what it has to become."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import layers

from tfgen.data.toy import as_images
from tfgen.models.adversarial_model import AdversarialModel

LEARNING_RATE = 2e-3


def affine_generator(scales: Sequence[float], offsets: Sequence[float]) -> keras.Model:
    """A generator whose images are scaled and shifted noise, so that their distribution is known.

    Args:
        scales: Of each component of the noise.
        offsets: What is added to each.

    Returns:
        A model from noise `(batch, d)` to images of one pixel `(batch, 1, 1, d)`.
    """
    noise = keras.Input((len(scales),), name="noise")
    dense = layers.Dense(len(scales), name="affine")
    images = layers.Reshape((1, 1, len(scales)))(dense(noise))
    dense.set_weights([np.diag(scales).astype(np.float32), np.asarray(offsets, np.float32)])
    return keras.Model(noise, images, name="generator")


def falling_adam(steps: int) -> keras.optimizers.Optimizer:
    """Adam whose learning rate falls linearly to 0 over so many updates."""
    falling = keras.optimizers.schedules.PolynomialDecay(LEARNING_RATE, steps, 0.0)
    return keras.optimizers.Adam(falling, beta_1=0.0, beta_2=0.99)


def train_discriminator(
    model: AdversarialModel, draw: Callable[[int, int], np.ndarray], *, steps: int, batch_size: int, seed: int
) -> None:
    """Trains a model's discriminator, one update a step, against its generator as it stands.

    Args:
        model: Not compiled, with discriminator_steps 1.
        draw: Takes how many and a seed, returns real points `(n, d)`.
        steps: Updates of the discriminator.
        batch_size: Points of either side in an update.
        seed: Of the points.
    """
    # The generator's steps have a learning rate of 0.
    model.compile(keras.optimizers.SGD(0.0), falling_adam(steps), jit_compile=False, steps_per_execution=min(50, steps))
    model.fit(as_images(draw(steps * batch_size, seed)), batch_size=batch_size, shuffle=False, verbose=0)


def discriminator_loss(model: AdversarialModel, points: np.ndarray) -> float:
    """The discriminator's loss, without a penalty, on real points `(n, d)` and as many generated ones."""
    return model.evaluate(as_images(points), batch_size=len(points), verbose=0, return_dict=True)["discriminator_loss"]
