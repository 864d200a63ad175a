"""L1Autoencoder keeps the contract; its penalty against NumPy, and the zeros that it makes."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.models import L1Autoencoder
from tfgen.networks import mlp


class TestL1Autoencoder(ModelContract):
    log_names = ("loss", "reconstruction_loss", "code_penalty")

    def make(self, **compile_arguments):
        model = L1Autoencoder(encoder(), decoder(), momentum=0.9, penalty_weight=0.1)
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model

    def test_codes_are_rectified(self, trained):
        images = self.images(trained)
        codes = np.asarray(trained.encode(images))
        np.testing.assert_array_equal(codes, np.maximum(trained.encoder(images), 0))
        assert (codes == 0).any()
        latents = np.asarray(trained.latents(500, (0, 1)))
        assert latents.min() == 0 < latents.max()

    def test_the_loss_is_the_sum(self, trained):
        images = self.images(trained)
        loss, logs = trained.objective(images, training=False)
        codes = np.asarray(trained.encode(images))
        np.testing.assert_allclose(logs["code_penalty"], 0.1 * np.abs(codes).sum(-1).mean(), rtol=1e-5)
        error = ((trained.decoder(codes).numpy() - images) ** 2).mean()
        np.testing.assert_allclose(loss, error + 0.1 * np.abs(codes).sum(-1).mean(), rtol=1e-5)


def test_a_larger_weight_makes_more_zeros():
    images = np.random.default_rng(0).uniform(-1, 1, (32, *IMAGE_SHAPE)).astype("float32")
    shares = []
    for weight in (0.0, 3e-3, 3e-2):
        keras.utils.set_random_seed(0)
        networks = mlp.encoder(IMAGE_SHAPE, 24, hidden_dims=()), mlp.decoder(IMAGE_SHAPE, 24, hidden_dims=())
        model = L1Autoencoder(*networks, penalty_weight=weight)
        model.compile(keras.optimizers.Adam(0.01))
        model.fit(np.tile(images, (150, 1, 1, 1)), batch_size=32, shuffle=False, verbose=0)
        shares.append(np.mean(np.asarray(model.encode(images)) == 0))
    assert shares[0] + 0.1 < shares[1]
    assert shares[1] + 0.1 < shares[2] < 1


def test_arguments_are_checked():
    with pytest.raises(ValueError, match=r"^penalty_weight is -1; it is a finite number, 0 or more$"):
        L1Autoencoder(encoder(), decoder(), penalty_weight=-1)
