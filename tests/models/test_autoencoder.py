"""Autoencoder keeps the contract; its running Gaussian against NumPy, and two replicas against one device."""

import keras
import numpy as np
import pytest
from contract import BATCH_SIZE, ModelContract
from replicas import two_replicas

from tfgen.models import Autoencoder
from tfgen.networks import convolutional, mlp

SHAPE = (4, 4, 1)


class TestAutoencoder(ModelContract):
    log_names = ("loss", "reconstruction_loss")

    def make(self, **compile_arguments):
        model = Autoencoder(
            convolutional.encoder((16, 16, 3), 3, width=2, batch_norm=True),
            convolutional.decoder((16, 16, 3), 3, width=2, batch_norm=True),
            momentum=0.9,
        )
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model

    def without_batch_statistics(self):
        return small_autoencoder(keras.optimizers.Adam(1e-3), momentum=0.9)

    def test_predict_is_reconstruct(self, trained):
        images = self.images(trained)
        np.testing.assert_allclose(
            trained.predict(images, batch_size=5, verbose=0), trained.reconstruct(images), atol=1e-6
        )
        error = ((np.asarray(trained.reconstruct(images)) - images) ** 2).mean((1, 2, 3))
        np.testing.assert_allclose(trained.reconstruction_error(images), error, rtol=1e-4)
        np.testing.assert_allclose(trained.anomaly_score(images), error, rtol=1e-4)


def test_networks_with_batch_normalisation_run_on_two_replicas():
    contract = TestAutoencoder()
    with two_replicas().scope():
        model = contract.model()
    history = contract.fit(model, batch_size=2 * BATCH_SIZE).history
    assert np.isfinite(list(history.values())).all()
    assert np.isfinite(contract.outputs(model)).all()


def small_autoencoder(optimizer, **arguments):
    keras.utils.set_random_seed(0)
    model = Autoencoder(mlp.encoder(SHAPE, 2, hidden_dims=(6,)), mlp.decoder(SHAPE, 2, hidden_dims=(6,)), **arguments)
    model.compile(optimizer)
    return model


def images(count):
    return np.random.default_rng(1).uniform(-1, 1, (count, *SHAPE)).astype("float32")


def test_running_gaussian_of_the_codes():
    model = small_autoencoder(keras.optimizers.SGD(0.0), momentum=0.8)
    model.fit(images(20), batch_size=5, epochs=2, shuffle=False, verbose=0)
    codes = np.asarray(model.encode(images(20))).reshape(4, 5, 2)
    mean, moment = np.zeros(2), np.eye(2)
    for batch in (*codes, *codes):
        mean = 0.8 * mean + 0.2 * batch.mean(0)
        moment = 0.8 * moment + 0.2 * batch.T @ batch / 5
    np.testing.assert_allclose(model.code_mean, mean, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.code_moment, moment, rtol=1e-5, atol=1e-6)

    before = model.code_mean.numpy()
    model.evaluate(images(20), verbose=0)
    np.testing.assert_array_equal(model.code_mean, before)


def test_samples_follow_the_fitted_gaussian():
    model = small_autoencoder("sgd")
    covariance = np.array([[2.0, -0.9], [-0.9, 0.5]])
    mean = np.array([3.0, -1.0])
    model.code_mean.assign(mean)
    model.code_moment.assign(covariance + np.outer(mean, mean))
    latents = np.asarray(model.latents(200_000, (0, 1)))
    assert latents.dtype == np.float32
    np.testing.assert_allclose(latents.mean(0), mean, atol=0.02)
    np.testing.assert_allclose(np.cov(latents.T), covariance, atol=0.02)


def test_codes_far_from_zero_that_vary_in_few_directions_can_be_sampled():
    random = np.random.default_rng(0)
    encoder = mlp.encoder(SHAPE, 16, hidden_dims=())
    encoder.set_weights([np.eye(16), np.zeros(16)])
    model = Autoencoder(encoder, mlp.decoder(SHAPE, 16, hidden_dims=()), momentum=0.98)
    model.compile(keras.optimizers.SGD(0.0))
    directions, centre = random.normal(size=(2, 16)), 10 * random.normal(size=16)
    codes = centre + 0.1 * random.normal(size=(32_000, 2)) @ directions
    model.fit(codes.reshape(-1, *SHAPE).astype("float32"), batch_size=32, verbose=0)
    latents = np.asarray(model.latents(50_000, (0, 1)))
    np.testing.assert_allclose(latents.mean(0), centre, atol=0.02)
    np.testing.assert_allclose(np.cov(latents.T), 0.01 * directions.T @ directions, atol=5e-3)


@pytest.mark.parametrize("momentum", [1.0, -0.1, 7.0, float("nan")])
def test_momentum_is_a_weight_below_one(momentum):
    with pytest.raises(ValueError, match="it is a number from 0 to below 1"):
        Autoencoder(mlp.encoder(SHAPE, 2), mlp.decoder(SHAPE, 2), momentum=momentum)


def test_a_code_that_never_varies_can_still_be_sampled():
    model = small_autoencoder("sgd")
    model.code_moment.assign(np.diag([1.0, 0.0]))
    assert np.isfinite(model.latents(10, (0, 1))).all()
    model.code_mean.assign([3.0, -7.0])
    model.code_moment.assign(np.outer([3.0, -7.0], [3.0, -7.0]))
    np.testing.assert_allclose(model.latents(10, (0, 1)), np.tile([[3.0, -7.0]], (10, 1)), atol=1e-3)


def test_arguments_are_checked():
    decoder = mlp.decoder(SHAPE, 2)
    with pytest.raises(ValueError, match="gives codes of length 3 and the decoder takes 2"):
        Autoencoder(mlp.encoder(SHAPE, 3), decoder)
    with pytest.raises(ValueError, match="the two have to be equal"):
        Autoencoder(mlp.encoder((8, 8, 1), 2), decoder)
