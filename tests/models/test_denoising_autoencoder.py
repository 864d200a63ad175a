"""DenoisingAutoencoder keeps the contract; what it shows and wants, and noise that a plain one keeps."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.corruptions import GaussianNoise, Masking
from tfgen.models import Autoencoder, DenoisingAutoencoder
from tfgen.networks import mlp


class TestDenoisingAutoencoder(ModelContract):
    log_names = ("loss", "reconstruction_loss")

    def make(self, **compile_arguments):
        model = DenoisingAutoencoder(encoder(), decoder(), momentum=0.9, corruption=GaussianNoise(0.4, 0.1))
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model

    def test_evaluation_is_of_clean_images_from_ones_damaged_always_alike(self, trained):
        images = self.images(trained, 6)
        damaged = trained.encoder_inputs(images, training=False)
        assert not np.allclose(damaged, images, atol=0.1)
        error = ((trained.decoder(trained.encoder(damaged)).numpy() - images) ** 2).mean()
        for _ in range(2):
            logs = trained.evaluate(images, verbose=0, return_dict=True)
            assert logs["reconstruction_loss"] == pytest.approx(error, rel=1e-5)

    def test_what_is_encoded_is_taken_as_it_is(self, trained):
        images = self.images(trained)
        np.testing.assert_array_equal(trained.encode(images), trained.encoder(images))
        error = ((np.asarray(trained.reconstruct(images)) - images) ** 2).mean((1, 2, 3))
        np.testing.assert_allclose(trained.reconstruction_error(images), error, rtol=1e-4)


def test_each_step_draws_new_damage():
    model = DenoisingAutoencoder(encoder(), decoder())
    images = np.zeros((2, *IMAGE_SHAPE), "float32")
    assert model.corruption.scale == 0.5
    assert not np.array_equal(model.encoder_inputs(images, True), model.encoder_inputs(images, True))


def test_it_removes_noise_that_a_plain_autoencoder_reconstructs():
    """Codes as long as an image: a plain autoencoder can learn to copy, and learns nothing of what images are."""
    rng = np.random.default_rng(0)
    patterns = np.sign(rng.normal(size=(3, *IMAGE_SHAPE)))
    clean = (0.7 * patterns[rng.integers(0, 3, 6000)]).astype("float32")
    noisy = np.asarray(Masking(0.3).corrupt(clean, (5, 5)))
    errors = {}
    for method, arguments in ((Autoencoder, {}), (DenoisingAutoencoder, {"corruption": Masking(0.3)})):
        keras.utils.set_random_seed(0)
        networks = mlp.encoder(IMAGE_SHAPE, 64, hidden_dims=()), mlp.decoder(IMAGE_SHAPE, 64, hidden_dims=())
        model = method(*networks, **arguments)
        model.compile(keras.optimizers.Adam(0.003))
        model.fit(clean, batch_size=32, verbose=0)
        errors[method] = ((np.asarray(model.reconstruct(noisy)) - clean) ** 2).mean()
    assert errors[DenoisingAutoencoder] < 0.2 * errors[Autoencoder]
    assert errors[DenoisingAutoencoder] < 0.1 * ((noisy - clean) ** 2).mean()
