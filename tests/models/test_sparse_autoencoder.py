"""SparseAutoencoder keeps the contract; its divergence against SciPy, and the rate that its units come to."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from scipy.special import rel_entr
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.models import SparseAutoencoder


def sparse_autoencoder(optimizer="sgd", **arguments):
    keras.utils.set_random_seed(0)
    model = SparseAutoencoder(encoder(), decoder(), **arguments)
    model.compile(optimizer)
    return model


def images(count):
    return np.random.default_rng(1).uniform(-1, 1, (count, *IMAGE_SHAPE)).astype("float32")


class TestSparseAutoencoder(ModelContract):
    log_names = ("loss", "reconstruction_loss", "code_penalty")

    def make(self, **compile_arguments):
        model = SparseAutoencoder(encoder(), decoder(), momentum=0.9, target_rate=0.2, penalty_weight=0.3)
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model

    def test_codes_are_between_0_and_1(self, trained):
        codes = trained.encode(self.images(trained))
        np.testing.assert_allclose(codes, 1 / (1 + np.exp(-trained.encoder(self.images(trained)).numpy())), rtol=1e-5)
        latents = np.asarray(trained.latents(500, (0, 1)))
        assert (latents.min(), latents.max()) == (0, 1)


def test_the_penalty_is_the_divergence_of_the_mean_activations():
    model = sparse_autoencoder(target_rate=0.1, penalty_weight=3.0)
    codes = np.random.default_rng(0).uniform(0, 1, (7, 3)) ** [1, 3, 9]
    rates = codes.mean(0)
    expected = 3 * (rel_entr(0.1, rates) + rel_entr(0.9, 1 - rates)).sum()
    penalty = model.code_penalty(images(7), codes.astype("float32"), True)
    np.testing.assert_allclose(penalty, expected, rtol=1e-5)
    np.testing.assert_allclose(model.code_penalty(None, np.full((4, 3), 0.1, "float32"), True), 0, atol=1e-6)
    for stuck in (0.0, 1.0):
        assert np.isfinite(model.code_penalty(None, np.full((4, 3), stuck, "float32"), True))


def test_the_loss_is_the_sum():
    model = sparse_autoencoder(penalty_weight=0.7)
    loss, logs = model.objective(images(5), training=False)
    codes = model.encode(images(5))
    error = ((model.decoder(codes).numpy() - images(5)) ** 2).mean()
    np.testing.assert_allclose(logs["reconstruction_loss"], error, rtol=1e-5)
    np.testing.assert_allclose(loss, error + model.code_penalty(images(5), codes, False).numpy(), rtol=1e-5)


def test_units_come_to_the_target_rate():
    rates = {}
    for weight in (0.0, 1.0):
        model = sparse_autoencoder(keras.optimizers.Adam(0.02), target_rate=0.15, penalty_weight=weight)
        model.fit(np.tile(images(64), (150, 1, 1, 1)), batch_size=64, shuffle=False, verbose=0)
        rates[weight] = np.asarray(model.encode(images(64))).mean(0)
    np.testing.assert_allclose(rates[1.0], 0.15, atol=0.02)
    assert (np.abs(rates[0.0] - 0.15) > 0.1).any()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"target_rate": 0}, "target_rate is 0; a unit's mean activation is above 0 and below 1"),
        ({"target_rate": 1}, "target_rate is 1; a unit's mean activation is above 0 and below 1"),
        ({"penalty_weight": -1}, "penalty_weight is -1; it is a finite number, 0 or more"),
    ],
    ids=["never", "always", "weight"],
)
def test_arguments_are_checked(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        sparse_autoencoder(**arguments)
