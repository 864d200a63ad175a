"""Rectifiers with a constant slope, against Keras' own."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from dtype_policies import dtype_policy
from keras import layers
from live_operations import live_operations

from tfgen.layers import LeakyReLU, ReLU
from tfgen.networks import NETWORKS

PAIRS = pytest.mark.parametrize(
    ("ours", "theirs"),
    [(lambda: LeakyReLU(0.2), lambda: layers.LeakyReLU(0.2)), (ReLU, layers.ReLU)],
    ids=["leaky ReLU", "ReLU"],
)


def critic(rectifier):
    """Four dense layers with the same weights at each call."""
    rng = np.random.default_rng(0)
    network = keras.Sequential(
        [keras.Input((5,)), *(each for _ in range(3) for each in (layers.Dense(6), rectifier()))]
    )
    network.add(layers.Dense(1))
    for weight in network.weights:
        weight.assign(rng.normal(size=weight.shape))
    return network


def penalised(network):
    """A compiled function of points: the squared norm of the gradient there, and its gradient by the kernels."""

    @tf.function(autograph=False, jit_compile=False)
    def penalty(points):
        kernels = [weight.value for weight in network.trainable_weights if len(weight.shape) == 2]
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(points)
                outputs = network(points, training=True)
            slopes = inner.gradient(outputs, points)
            norm = tf.reduce_sum(tf.square(slopes))
        return norm, slopes, outer.gradient(norm, kernels)

    return penalty


@PAIRS
@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_outputs_and_gradients_are_keras(ours, theirs, policy):
    x = tf.constant([-np.inf, -3.0, -1e-30, -0.0, 0.0, 1e-30, 0.5, np.inf, np.nan])
    found = []
    for layer in (ours, theirs):
        with dtype_policy(policy), tf.GradientTape() as tape:
            tape.watch(x)
            y = layer()(x, training=True)
        found.append((y, tape.gradient(y, x)))
    for mine, keras_own in zip(*found, strict=True):
        assert mine.dtype == keras_own.dtype
        assert tf.cast(mine, tf.float32).numpy().tobytes() == tf.cast(keras_own, tf.float32).numpy().tobytes()


@PAIRS
def test_a_penalty_on_the_gradient_is_keras_with_fewer_products(ours, theirs):
    points = tf.constant(np.random.default_rng(1).normal(size=(7, 5)).astype("float32"))
    functions = [penalised(critic(rectifier)) for rectifier in (ours, theirs)]
    for mine, keras_own in zip(*(tf.nest.flatten(function(points)) for function in functions), strict=True):
        np.testing.assert_array_equal(mine, keras_own)
    mine, keras_own = (
        sum(operation.type == "MatMul" for operation in live_operations(function.get_concrete_function(points)))
        for function in functions
    )
    # Forward and, of the slopes, forward again, both without the last layer; back to the points, and to the kernels.
    assert mine == 3 + 3 + 4 + 4 < keras_own


@PAIRS
def test_no_custom_gradient_at_inference(ours, theirs):
    graphs = [
        tf.function(layer()).get_concrete_function(tf.TensorSpec((2, 3))).graph.as_graph_def()
        for layer in (ours, theirs)
    ]
    first, second = ([node.op for node in graph.node] for graph in graphs)
    assert first == second


def test_a_ceiling_is_keras():
    x = np.linspace(-2, 8, 21, dtype="float32")
    limited = ReLU(max_value=6.0, threshold=0.5, negative_slope=0.1)
    expected = layers.ReLU(max_value=6.0, threshold=0.5, negative_slope=0.1)(x)
    np.testing.assert_array_equal(limited(x, training=True), expected)


def test_round_trip():
    for layer, name in ((LeakyReLU(0.1, name="a"), "LeakyReLU"), (ReLU(name="a"), "ReLU")):
        config = json.loads(json.dumps(keras.saving.serialize_keras_object(layer)))
        assert config["registered_name"] == f"tfgen>{name}"
        copy = keras.saving.deserialize_keras_object(config)
        assert type(copy) is type(layer)
        assert copy.get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("name", "options"),
    [(f"{name}.discriminator", {}) for name in ("dcgan", "infogan", "sndcgan", "resnet")]
    + [("convolutional.encoder", {"output_dim": 3})],
)
def test_networks_whose_gradient_may_be_penalised_have_them(name, options):
    network = NETWORKS.get(name)((28, 28, 1), width=2, **options)
    assert all(isinstance(each, LeakyReLU | ReLU) for each in network.layers if "relu" in each.name)
    assert any("relu" in each.name for each in network.layers)


def test_weights_saved_with_keras_rectifiers_load(tmp_path):
    """Checkpoints from before there were these layers, and files of them beside whole `.keras` files."""
    ours = NETWORKS.get("infogan.discriminator")((8, 8, 1), width=2)
    theirs = keras.models.clone_model(
        ours,
        clone_function=lambda layer: (layers.LeakyReLU if type(layer) is LeakyReLU else type(layer)).from_config(
            layer.get_config()
        ),
    )
    assert not any(isinstance(each, LeakyReLU) for each in theirs.layers)
    theirs.save_weights(tmp_path / "model.weights.h5")
    theirs.save(tmp_path / "network.keras")
    ours.load_weights(tmp_path / "model.weights.h5")
    images = np.random.default_rng(0).uniform(-1, 1, (3, 8, 8, 1)).astype("float32")
    np.testing.assert_array_equal(ours(images), theirs(images))
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "network.keras")(images), theirs(images))
