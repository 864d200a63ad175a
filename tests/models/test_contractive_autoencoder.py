"""ContractiveAutoencoder keeps the contract; its penalty against closed forms and whole Jacobians."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import BATCH_SIZE, ModelContract, two_replicas
from dtype_policies import dtype_policy
from keras import layers
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.models import ContractiveAutoencoder
from tfgen.networks import mlp

DRAWS = 20_000


class TestContractiveAutoencoder(ModelContract):
    log_names = ("loss", "reconstruction_loss", "code_penalty")

    def make(self, **compile_arguments):
        model = ContractiveAutoencoder(encoder(), decoder(), momentum=0.9, penalty_weight=0.1)
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model

    def test_arguments_come_back(self, trained):
        again = ContractiveAutoencoder.from_config(trained.get_config())
        assert (again.penalty_weight, again.momentum) == (0.1, 0.9)


def image():
    return np.random.default_rng(0).uniform(-1, 1, (1, *IMAGE_SHAPE)).astype("float32")


def one_layer(activation):
    inputs = keras.Input(IMAGE_SHAPE)
    return keras.Model(inputs, layers.Dense(3, activation=activation)(layers.Flatten()(inputs)))


def mean_penalty(network):
    """Of one image, over as many projections as the batch has rows."""
    model = ContractiveAutoencoder(network, decoder(), penalty_weight=2.0)
    images = tf.repeat(tf.constant(image()), DRAWS, axis=0)
    penalties = [model.code_penalty(images, model.encode(images), training=True) for _ in range(2)]
    assert penalties[0] != penalties[1]
    return np.mean(penalties) / 2


def test_of_a_sigmoid_layer_it_is_the_papers():
    network = one_layer("sigmoid")
    codes, weights = network(image()).numpy()[0], network.layers[-1].kernel.numpy()
    assert mean_penalty(network) == pytest.approx(((codes * (1 - codes)) ** 2 * (weights**2).sum(0)).sum(), rel=0.03)


def test_of_a_linear_layer_it_is_the_norm_of_its_weights():
    network = one_layer(None)
    assert mean_penalty(network) == pytest.approx((network.layers[-1].kernel.numpy() ** 2).sum(), rel=0.03)


def test_of_a_deep_encoder_it_is_the_norm_of_the_jacobian():
    network = mlp.encoder(IMAGE_SHAPE, 3, hidden_dims=(7, 5), activation="tanh")
    with tf.GradientTape() as tape:
        tape.watch(point := tf.constant(image()))
        codes = network(point)
    assert mean_penalty(network) == pytest.approx((tape.jacobian(codes, point).numpy() ** 2).sum(), rel=0.03)


def test_evaluation_draws_the_same_projections():
    model = ContractiveAutoencoder(encoder(), decoder())
    images = tf.constant(image())
    first, second = (model.code_penalty(images, model.encode(images), training=False) for _ in range(2))
    assert first == second


def test_in_bfloat16_the_penalty_is_nearly_the_same():
    network = one_layer("sigmoid")
    with dtype_policy("mixed_bfloat16"):
        half = one_layer("sigmoid")
    half.set_weights(network.get_weights())
    penalties = []
    for each in (network, half):
        model = ContractiveAutoencoder(each, decoder(), penalty_weight=1.0)
        penalties.append(model.code_penalty(tf.constant(image()), model.encode(image()), training=False))
    assert penalties[1].dtype == "float32"
    assert float(penalties[1]) == pytest.approx(float(penalties[0]), rel=0.02)


def test_the_codes_forget_what_the_images_do_not_show():
    """Images on a line: the encoder keeps to the direction of the line, and is blind to all others."""
    direction = np.random.default_rng(0).normal(size=IMAGE_SHAPE)
    direction = (direction / np.linalg.norm(direction)).astype("float32")
    images = np.linspace(-4, 4, 32, dtype="float32")[:, None, None, None] * direction
    shares = {}
    for weight in (0.0, 0.02):
        keras.utils.set_random_seed(0)
        model = ContractiveAutoencoder(one_layer(None), decoder(), penalty_weight=weight)
        model.compile(keras.optimizers.Adam(0.01))
        model.fit(np.tile(images, (200, 1, 1, 1)), batch_size=32, shuffle=False, verbose=0)
        weights = model.encoder.layers[-1].kernel.numpy()
        shares[weight] = ((direction.ravel() @ weights) ** 2).sum() / (weights**2).sum()
    assert shares[0.0] < 0.6
    assert shares[0.02] > 0.9


def test_two_replicas_equal_one_device():
    def made():
        keras.utils.set_random_seed(0)
        model = ContractiveAutoencoder(encoder(), decoder(), penalty_weight=0.1)
        model.compile(keras.optimizers.SGD(0.1))
        return model

    images = np.random.default_rng(1).uniform(-1, 1, (4 * BATCH_SIZE, *IMAGE_SHAPE)).astype("float32")
    one = made()
    with two_replicas().scope():
        two = made()
    for model in (one, two):
        model.fit(images, batch_size=2 * BATCH_SIZE, epochs=2, shuffle=False, verbose=0)
    for alone, together in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-6)


def test_arguments_are_checked():
    with pytest.raises(ValueError, match=r"^penalty_weight is -1; it is a finite number, 0 or more$"):
        ContractiveAutoencoder(encoder(), decoder(), penalty_weight=-1)
