"""What bounds a training step: its operations and bytes, beside what a matrix product and a copy reach."""

import math
from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from .jobs import Job
from .tfgen_training import networks

PRODUCT_SIDE = 1536
PRODUCT_FLOPS = 2 * PRODUCT_SIDE**3
COPIED_BYTES = 2**27
# Adam reads a weight, its two moments and its gradient, and writes all but the gradient.
ADAM_TRANSFERS = 7


class Cost(NamedTuple):
    """The least that one training step does.

    Attributes:
        flops: Multiplications and additions of its convolutions and dense layers, forward and backward.
        optimizer_bytes: What Adam reads and writes.
    """

    flops: float
    optimizer_bytes: float


def forward_flops(network: keras.Model) -> float:
    """Multiplications and additions of a network's convolutions and dense layers, for one image."""
    total = 0.0
    for layer in network.layers:
        if isinstance(layer, layers.Dense):
            total += 2.0 * math.prod(layer.kernel.shape)
        elif isinstance(layer, layers.Conv2DTranspose):
            # Each pixel that comes in is spread by the kernel.
            total += 2.0 * math.prod(layer.kernel.shape) * math.prod(layer.input.shape[1:3])
        elif isinstance(layer, layers.Conv2D):
            total += 2.0 * math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:3])
    return total


def step_cost(job: Job) -> Cost:
    """A training step's cost, counted in forward passes: backward, each gradient (weights, inputs) costs one more.

    A generator's update passes the discriminator forward and back to its images; a discriminator's generates images
    and passes two batches forward and back to the weights. A gradient penalty takes one pass forward, one back to the
    images, and both of these back once more.
    """
    made = networks(job)
    flops = {role: forward_flops(network) for role, network in made.items()}
    weights = {role: sum(math.prod(each.shape) for each in network.trainable_weights) for role, network in made.items()}
    if job.method == "vae":
        passes, updated = 3 * (flops["encoder"] + flops["decoder"]), sum(weights.values())
    else:
        generator, discriminator = flops["generator"], flops["discriminator"]
        penalty = 6 * discriminator if job.method == "wgan_gp" else 0
        of_discriminator = generator + 2 * 3 * discriminator + penalty
        passes = job.discriminator_steps * of_discriminator + 3 * generator + 2 * discriminator
        updated = job.discriminator_steps * weights["discriminator"] + weights["generator"]
    return Cost(job.batch_size * passes, 4.0 * ADAM_TRANSFERS * updated)


def prepare(what: str) -> Callable[[int], None]:
    """A callable that does a matrix product (`"product"`) or a copy (`"copy"`) a number of times."""
    if what == "copy":
        source, target = np.ones(COPIED_BYTES, np.uint8), np.empty(COPIED_BYTES, np.uint8)

        def copy(count: int) -> None:
            for _ in range(count):
                np.copyto(target, source)

        return copy
    left = tf.random.normal((PRODUCT_SIDE, PRODUCT_SIDE))

    def multiply(count: int) -> None:
        for _ in range(count):
            product = tf.linalg.matmul(left, left)
        product.numpy()

    return multiply
