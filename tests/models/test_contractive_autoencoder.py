"""ContractiveAutoencoder keeps the contract; its penalty against closed forms and whole Jacobians."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import ModelContract
from dtype_policies import dtype_policy
from keras import layers
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen import backend
from tfgen.models import ContractiveAutoencoder
from tfgen.networks import convolutional, mlp


class TestContractiveAutoencoder(ModelContract):
    log_names = ("loss", "reconstruction_loss", "code_penalty")

    def make(self, **compile_arguments):
        model = ContractiveAutoencoder(encoder(), decoder(), momentum=0.9, penalty_weight=0.1)
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model


def image():
    return np.random.default_rng(0).uniform(-1, 1, (1, *IMAGE_SHAPE)).astype("float32")


def one_layer(activation):
    inputs = keras.Input(IMAGE_SHAPE)
    return keras.Model(inputs, layers.Dense(3, activation=activation)(layers.Flatten()(inputs)))


@pytest.fixture
def mean_penalty(monkeypatch):
    """The penalty of one image, of a batch of as many rows as a code has units.

    Over orthogonal directions of the length that standard normal ones have on average, the mean is the expectation.
    """
    directions = np.sqrt(3) * np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0].astype("float32")

    def of(network):
        model = ContractiveAutoencoder(network, decoder(), penalty_weight=2.0)
        images = tf.repeat(tf.constant(image()), 3, axis=0)
        asked = []
        monkeypatch.setattr(backend, "normal", lambda shape, seed: asked.append(tuple(shape)) or directions)
        penalty = float(model.code_penalty(images, model.encode(images), training=True))
        assert asked == [(3, 3)]
        return penalty / 2

    return of


def test_of_a_sigmoid_layer_it_is_the_papers(mean_penalty):
    network = one_layer("sigmoid")
    codes, weights = network(image()).numpy()[0], network.layers[-1].kernel.numpy()
    assert mean_penalty(network) == pytest.approx(((codes * (1 - codes)) ** 2 * (weights**2).sum(0)).sum(), rel=1e-5)


def test_of_a_linear_layer_it_is_the_norm_of_its_weights(mean_penalty):
    network = one_layer(None)
    assert mean_penalty(network) == pytest.approx((network.layers[-1].kernel.numpy() ** 2).sum(), rel=1e-5)


def test_of_a_deep_encoder_it_is_the_norm_of_the_jacobian(mean_penalty):
    network = mlp.encoder(IMAGE_SHAPE, 3, hidden_dims=(7, 5), activation="tanh")
    with tf.GradientTape() as tape:
        tape.watch(point := tf.constant(image()))
        codes = network(point)
    assert mean_penalty(network) == pytest.approx((tape.jacobian(codes, point).numpy() ** 2).sum(), rel=1e-5)


def test_evaluation_draws_the_same_projections_and_training_new_ones():
    model = ContractiveAutoencoder(encoder(), decoder())
    images = tf.constant(image())
    for training in (False, True):
        first, second = (model.code_penalty(images, model.encode(images), training) for _ in range(2))
        assert (first != second) == training


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


def test_arguments_are_checked():
    with pytest.raises(ValueError, match=r"^penalty_weight is -1; it is a finite number, 0 or more$"):
        ContractiveAutoencoder(encoder(), decoder(), penalty_weight=-1)
    normalised = convolutional.encoder(IMAGE_SHAPE, 3, width=2, batch_norm=True)
    nested = keras.Sequential([keras.Input(IMAGE_SHAPE), normalised, layers.Dense(3)])
    for network in (normalised, nested):
        with pytest.raises(ValueError, match=r"^the encoder's layer batch_norm_\d normalises over the batch"):
            ContractiveAutoencoder(network, decoder())
