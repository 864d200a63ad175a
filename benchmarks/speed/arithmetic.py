"""What bounds a training step: its operations and bytes, beside what a matrix product and a copy reach."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
    """The least that one training step takes: no derivative that nothing reads.

    Attributes:
        flops: Multiplications and additions of its convolutions and dense layers, forward and backward.
        optimizer_bytes: What Adam reads and writes.
    """

    flops: float
    optimizer_bytes: float


def layer_flops(network: keras.Model) -> list[float]:
    """Multiplications and additions of each convolution and dense layer of a network, for one image, in its order."""
    found = []
    for layer in network.layers:
        if isinstance(layer, layers.Dense):
            found.append(2.0 * math.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Conv2DTranspose):
            # Each pixel that comes in is spread by the kernel.
            found.append(2.0 * math.prod(layer.kernel.shape) * math.prod(layer.input.shape[1:3]))
        elif isinstance(layer, layers.Conv2D):
            found.append(2.0 * math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:3]))
    return found


def step_cost(job: Job) -> Cost:
    """A training step's cost, counted in forward passes: backward, each gradient (weights, inputs) costs one more.

    A generator's update passes the discriminator forward and back to its images; a discriminator's generates images
    and passes two batches forward and back to the weights. The inputs of a network that is updated need no gradient,
    which spares its first layer one, but for a decoder's.

    A gradient penalty takes a pass forward, one back to the images, and of the latter the gradient by the weights: a
    pass through the layers from the images on, and one to the weights. More it does not take, since slopes of
    (leaky) ReLU are constant where they have a derivative: the penalty depends on the pass forward by these alone. The
    last layer is passed neither forward nor from the images on, since nothing reads what would come out.
    """
    made = networks(job)
    flops = {role: layer_flops(network) for role, network in made.items()}
    passes = {role: sum(each) for role, each in flops.items()}
    # Forward, and back to weights and inputs.
    update = {role: 3 * passes[role] - flops[role][0] for role in made}
    weights = {role: sum(math.prod(each.shape) for each in network.trainable_weights) for role, network in made.items()}
    if job.method == "vae":
        total, updated = update["encoder"] + 3 * passes["decoder"], sum(weights.values())
    else:
        k, discriminator = job.discriminator_steps, passes["discriminator"]
        penalty = 4 * discriminator - 2 * flops["discriminator"][-1] if job.method == "wgan_gp" else 0.0
        total = k * (passes["generator"] + 2 * update["discriminator"] + penalty)
        total += update["generator"] + 2 * discriminator
        updated = k * weights["discriminator"] + weights["generator"]
    return Cost(job.batch_size * total, 4.0 * ADAM_TRANSFERS * updated)


def prepare(what: str, threads: int = 1) -> Callable[[int], None]:
    """A callable that does a matrix product (`"product"`) or a copy (`"copy"`) a number of times.

    Args:
        what: Which of the two.
        threads: How many share a copy; TensorFlow takes those of a product from the environment.
    """
    if what == "copy":
        pool = ThreadPoolExecutor(threads)
        sources, targets = (np.array_split(fill(COPIED_BYTES, np.uint8), threads) for fill in (np.ones, np.zeros))

        def copy(count: int) -> None:
            for _ in range(count):
                list(pool.map(np.copyto, targets, sources))

        return copy
    left = tf.random.normal((PRODUCT_SIDE, PRODUCT_SIDE))

    def multiply(count: int) -> None:
        for _ in range(count):
            product = tf.linalg.matmul(left, left)
        product.numpy()

    return multiply
