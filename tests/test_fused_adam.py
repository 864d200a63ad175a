"""Adam by one kernel a variable, against Keras' own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen import backend

DECAY = keras.optimizers.schedules.ExponentialDecay


def trained(fuse, jit_compile=False, **options):
    """Weights and optimizer variables after five steps, and the names of the kernels in the step's graph."""
    variables = [
        keras.Variable(np.random.default_rng(seed).normal(size=shape).astype("float32"))
        for seed, shape in enumerate([(7, 5), (3,), (2, 2, 3, 4)])
    ]
    optimizer = keras.optimizers.Adam(**{"learning_rate": 0.01, "beta_1": 0.5, **options})
    optimizer.build(variables)
    if fuse:
        backend.fuse_adam(optimizer)

    @tf.function(jit_compile=jit_compile)
    def step():
        with tf.GradientTape() as tape:
            loss = sum(tf.reduce_sum(tf.sin(3 * variable.value)) for variable in variables)
        optimizer.apply(tape.gradient(loss, [variable.value for variable in variables]), variables)

    for _ in range(5):
        step()
    graph = step.get_concrete_function().graph.as_graph_def()
    operations = {
        node.op for part in [graph, *graph.library.function] for node in getattr(part, "node", None) or part.node_def
    }
    return [np.asarray(each) for each in [*variables, *optimizer.variables]], operations


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"jit_compile": True},
        {"clipnorm": 0.1},
        {"weight_decay": 0.1},
        {"use_ema": True},
        {"epsilon": 1e-3, "beta_2": 0.9},
        {"learning_rate": DECAY(0.01, 2, 0.5)},
    ],
    ids=lambda options: ",".join(options) or "plain",
)
def test_it_computes_what_keras_does(options):
    (ours, operations), (theirs, of_keras) = trained(True, **options), trained(False, **options)
    assert "ResourceApplyAdam" in operations
    assert "ResourceApplyAdam" not in of_keras
    for found, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=5e-6)


@pytest.mark.parametrize("options", [{"amsgrad": True}, {"gradient_accumulation_steps": 2}], ids=str)
def test_what_the_kernel_lacks_is_left_to_keras(options):
    (ours, operations), (theirs, _) = trained(True, **options), trained(False, **options)
    assert "ResourceApplyAdam" not in operations
    for found, expected in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(found, expected)


def built(optimizer):
    optimizer.build([keras.Variable(np.zeros(3, "float32"))])
    return optimizer


def test_a_loss_scale_optimizer_holds_a_fused_one():
    inner = keras.optimizers.Adam()
    backend.fuse_adam(built(keras.optimizers.LossScaleOptimizer(inner)))
    assert "update_step" in vars(inner)
    other = built(keras.optimizers.AdamW())
    backend.fuse_adam(other)
    assert "update_step" not in vars(other)


@pytest.mark.parametrize("name", ["_momentums", "_velocities"])
def test_a_keras_with_other_names_keeps_its_update(name):
    optimizer = built(keras.optimizers.Adam())
    delattr(optimizer, name)
    backend.fuse_adam(optimizer)
    assert "update_step" not in vars(optimizer)


def test_a_keras_that_finds_variables_another_way_keeps_its_update(monkeypatch):
    optimizer = built(keras.optimizers.Adam())
    owner = next(each for each in type(optimizer).__mro__ if "_get_variable_index" in vars(each))
    monkeypatch.delattr(owner, "_get_variable_index")
    backend.fuse_adam(optimizer)
    assert "update_step" not in vars(optimizer)


def test_fused_twice_is_fused_once():
    optimizer = built(keras.optimizers.Adam())
    backend.fuse_adam(optimizer)
    update = optimizer.update_step
    backend.fuse_adam(optimizer)
    assert optimizer.update_step is update
