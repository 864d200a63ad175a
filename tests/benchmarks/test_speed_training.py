import importlib
import inspect
import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from live_operations import flops

from tfgen import backend
from tfgen.benchmarks.speed import arithmetic, keras_training, tfgen_training, training
from tfgen.benchmarks.speed.jobs import JOBS, batches, find_job
from tfgen.benchmarks.speed.measurement import Measurement
from tfgen.benchmarks.speed.settings import Settings

SIZES = {"width": 2, "batch_size": 4}
SMALL = {**SIZES, "image_shape": (8, 8, 1), "latent_dim": 3}
METHODS = pytest.mark.parametrize("job", ["gan", "wgan_gp", "vae"])


def weights_of(model):
    return [weight.numpy().copy() for weight in model.trainable_weights]


def trained(before, model):
    return any(not np.array_equal(*pair) for pair in zip(before, weights_of(model), strict=True))


@METHODS
@pytest.mark.parametrize("loop", ["fit", "bare"])
def test_tfgen_trains_as_many_steps_as_it_is_told(job, loop, monkeypatch):
    made = []
    compiled_model = tfgen_training.compiled_model
    monkeypatch.setattr(
        tfgen_training, "compiled_model", lambda *args, **kw: made.append(compiled_model(*args, **kw)) or made[-1]
    )
    run = tfgen_training.prepare(job, loop=loop, jit_compile=False, **SMALL)
    (model,) = made
    before = weights_of(model)
    run(3)
    assert model.trained_steps == 3
    assert trained(before, model)
    if job != "vae":
        assert int(model.discriminator_optimizer.iterations) == 3 * JOBS[job].discriminator_steps


def test_the_bare_step_is_compiled_as_fit_is(monkeypatch):
    made = []
    function = tfgen_training.tf.function
    monkeypatch.setattr(
        tfgen_training.tf, "function", lambda *args, **options: made.append(options) or function(*args, **options)
    )
    tfgen_training.prepare("gan", loop="bare", jit_compile=True, **SMALL)
    assert made[-1]["jit_compile"] is True
    tfgen_training.prepare("gan", loop="bare", jit_compile=False, **SMALL)
    assert made[-1]["jit_compile"] is False


@METHODS
def test_the_plain_example_trains_the_same_networks(job, monkeypatch):
    made = []
    networks = keras_training.networks
    monkeypatch.setattr(keras_training, "networks", lambda *args: made.append(networks(*args)) or made[-1])
    run = keras_training.prepare(job, **SMALL)
    before = {role: weights_of(network) for role, network in made[0].items()}
    run(2)
    assert all(trained(before[role], network) for role, network in made[0].items())
    theirs = {role: [weight.shape for weight in network.weights] for role, network in made[0].items()}
    ours = {
        role: [weight.shape for weight in network.weights]
        for role, network in tfgen_training.networks(find_job(job, **SMALL)).items()
    }
    assert theirs == ours


def test_a_critic_under_a_penalty_has_no_batch_normalisation():
    made = tfgen_training.networks(find_job("wgan_gp", **SMALL))
    assert not any(isinstance(layer, layers.BatchNormalization) for layer in made["discriminator"].layers)
    assert any(isinstance(layer, layers.BatchNormalization) for layer in made["generator"].layers)


def test_batches_hold_the_images_of_all_critic_updates():
    job = find_job("wgan_gp", **SIZES)
    assert batches(job, 2).shape == (2, 20, 28, 28, 1)
    assert batches(job).min() >= -1
    assert batches(job).max() <= 1


def test_layers_by_hand():
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(5, 4, strides=2, padding="same")(inputs)  # 4x4x5, each of 4x4x3 products
    x = layers.Conv2DTranspose(2, 5, strides=2, padding="same")(x)  # each of 4x4x5 pixels spread by 5x5x2
    x = layers.Dense(7)(layers.Flatten()(x))  # 128 to 7
    network = keras.Model(inputs, x)
    by_hand = [2 * (4 * 4 * 5) * (4 * 4 * 3), 2 * (4 * 4 * 5) * (5 * 5 * 2), 2 * 128 * 7]
    assert arithmetic.layer_flops(network) == by_hand


@pytest.mark.parametrize("job", JOBS)
def test_step_cost_is_what_tfgens_own_step_computes(job, monkeypatch):
    """Of the graph's operations that anything depends on: tfgen does the least, and the least is counted right."""
    monkeypatch.setattr(backend, "traced_once", lambda function: function)
    job = find_job(job, **SIZES)
    model = tfgen_training.compiled_model(job, jit_compile=False)
    step = tf.function(model.train_step, autograph=False)
    assert flops(step.get_concrete_function(tf.constant(batches(job, 1)[0]))) == arithmetic.step_cost(job).flops


def test_infogan_nets_at_full_size_by_hand():
    # Of tfgen.networks.infogan at 28x28x1, latent 64, width 64: what each layer multiplies for one image.
    discriminator = [2 * 14 * 14 * 64 * 16, 2 * 7 * 7 * 128 * 16 * 64, 2 * 6272 * 1024, 2 * 1024]
    generator = [2 * 64 * 1024, 2 * 1024 * 6272, 2 * 7 * 7 * 128 * 16 * 64, 2 * 14 * 14 * 64 * 16]
    made = tfgen_training.networks(JOBS["gan"])
    assert arithmetic.layer_flops(made["discriminator"]) == discriminator
    assert arithmetic.layer_flops(made["generator"]) == generator


def test_adam_moves_seven_numbers_a_weight():
    job = find_job("vae", **SMALL)
    weights = sum(
        np.prod(each.shape) for net in tfgen_training.networks(job).values() for each in net.trainable_weights
    )
    assert arithmetic.step_cost(job).optimizer_bytes == 7 * 4 * weights


@pytest.mark.parametrize("job", JOBS)
def test_contenders_take_their_options(job):
    named = training.contenders(job, Settings(sizes=SIZES))
    assert training.REFERENCE in named
    for contender in named.values():
        # PyTorch's module cannot be imported without it.
        if contender.module != "torch_training":
            module = importlib.import_module(f"tfgen.benchmarks.speed.{contender.module}")
            inspect.signature(module.prepare).bind(**contender.options)
        assert SIZES.items() <= contender.options.items()
    alone = training.contenders(job, Settings(pytorch=False))
    assert {named[name].module for name in set(named) - set(alone)} == {"torch_training"}


@pytest.fixture
def measured():
    """A GAN's rounds, on a machine of 100 GFLOP/s and 10 GB/s."""
    seconds = {
        "tfgen, `fit`": [1.0, 1.02, 1.04],
        "PyTorch, eager": [2.0, 2.0, 2.0],
        "product": [arithmetic.PRODUCT_FLOPS / 100e9] * 3,
        "copy": [2 * arithmetic.COPIED_BYTES / 10e9] * 3,
    }
    return Measurement("Training", "steps/s", "tfgen, `fit`", seconds, peak_mib=dict.fromkeys(seconds, 1.0))


def test_notes_under_the_table(measured):
    found = training.with_notes(measured, "gan", Settings())
    assert set(found.seconds) == set(found.peak_mib) == {"tfgen, `fit`", "PyTorch, eager"}
    step, machine, shares = found.notes
    cost = arithmetic.step_cost(JOBS["gan"])
    assert step.startswith(f"A step takes at the least {cost.flops / 1e9:.1f} GFLOP")
    assert "matrix product reached 100 GFLOP/s and a plain copy 10.0 GB/s" in machine
    floor = cost.flops / 100e9 + cost.optimizer_bytes / 10e9
    assert shares == (
        f"At these two speeds a step would take {floor * 1000:.0f} ms: tfgen, `fit` is at {100 * floor / 1.02:.0f} %, "
        f"PyTorch, eager is at {100 * floor / 2:.0f} %."
    )


@pytest.mark.parametrize("what", training.MACHINE)
def test_without_the_machines_speeds_there_is_no_floor(what, measured):
    del measured.seconds[what], measured.peak_mib[what]
    measured.failures[what] = "ended by SIGKILL"
    found = training.with_notes(measured, "gan", Settings())
    assert set(found.seconds) == {"tfgen, `fit`", "PyTorch, eager"}
    assert len(found.notes) == 1
    assert f"| {what} | it cannot run: ended by SIGKILL |" in found.markdown()


@pytest.mark.parametrize("what", ["product", "copy"])
def test_the_machine_is_measured(what, monkeypatch):
    monkeypatch.setattr(arithmetic, "PRODUCT_SIDE", 4)
    monkeypatch.setattr(arithmetic, "COPIED_BYTES", 16)
    calls = itertools.count()
    target = {"product": (arithmetic.tf.linalg, "matmul"), "copy": (arithmetic.np, "copyto")}[what]
    original = getattr(*target)
    monkeypatch.setattr(*target, lambda *args: (next(calls), original(*args))[1])
    arithmetic.prepare(what)(3)
    assert next(calls) == 3
