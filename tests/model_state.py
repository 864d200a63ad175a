"""The state of a training, compared and copied."""

import numpy as np


def variables(model):
    """All that a training depends on: weights, batch statistics, noise, and the optimizers' state."""
    return [*model.variables, *(v for optimizer, _ in model.optimized_variables() for v in optimizer.variables)]


def state(model):
    return [variable.numpy() for variable in variables(model)]


def batch_statistics(model):
    return [variable for variable in model.non_trainable_variables if "moving_" in variable.path]


def copy_state(source, target):
    for variable, value in zip(variables(target), state(source), strict=True):
        variable.assign(value)


def assert_same_state(first, second):
    """Bit for bit."""
    for variable, a, b in zip(variables(first), state(first), state(second), strict=True):
        np.testing.assert_array_equal(a, b, err_msg=variable.path)
