"""Least squares, Wasserstein, hinge and relativistic losses against NumPy; float32 whatever comes in."""

import numpy as np
import pytest
import tensorflow as tf

from tfgen.losses.hinge import hinge_discriminator_loss
from tfgen.losses.least_squares import least_squares_discriminator_loss, least_squares_generator_loss
from tfgen.losses.relativistic import relativistic_average_discriminator_loss, relativistic_average_generator_loss
from tfgen.losses.wasserstein import wasserstein_critic_loss, wasserstein_generator_loss

REAL = np.array([[2.0], [-0.5], [1.0]])
FAKE = np.array([[0.25], [3.0], [-2.0]])


def log_sigmoid(x):
    return -np.log1p(np.exp(-x))


def relativistic(positive, negative):
    return -log_sigmoid(positive - negative.mean()).mean() - log_sigmoid(positive.mean() - negative).mean()


@pytest.mark.parametrize(
    ("loss", "arguments", "expected"),
    [
        (least_squares_discriminator_loss, (REAL, FAKE), (((REAL - 1) ** 2).mean() + (FAKE**2).mean()) / 2),
        (least_squares_discriminator_loss, (REAL, FAKE, 0.9), (((REAL - 0.9) ** 2).mean() + (FAKE**2).mean()) / 2),
        (least_squares_generator_loss, (FAKE,), ((FAKE - 1) ** 2).mean() / 2),
        (wasserstein_critic_loss, (REAL, FAKE), FAKE.mean() - REAL.mean()),
        (wasserstein_generator_loss, (FAKE,), -FAKE.mean()),
        (hinge_discriminator_loss, (REAL, FAKE), (0 + 1.5 + 0) / 3 + (1.25 + 4 + 0) / 3),
        (relativistic_average_discriminator_loss, (REAL, FAKE), relativistic(REAL, FAKE)),
        (relativistic_average_generator_loss, (REAL, FAKE), relativistic(FAKE, REAL)),
    ],
)
def test_against_numpy(loss, arguments, expected):
    assert float(loss(*arguments)) == pytest.approx(expected, rel=1e-5)
    outputs = [tf.cast(each, tf.bfloat16) if np.ndim(each) else each for each in arguments]
    value = loss(*outputs)
    assert value.dtype == tf.float32
    assert float(value) == pytest.approx(expected, rel=2e-2)
