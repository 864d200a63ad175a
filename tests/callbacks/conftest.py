"""A model so small that its training takes a moment."""

import keras
import numpy as np
import pytest

from tfgen.models import GAN, Autoencoder
from tfgen.networks import mlp

SHAPE = (4, 4, 1)


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(-1, 1, (12, *SHAPE)).astype("float32")


@pytest.fixture
def make_gan():
    def make(seed=0, generator_optimizer=None, units=5):
        keras.utils.set_random_seed(seed)
        model = GAN(
            mlp.generator(SHAPE, 3, hidden_dims=(units,)), mlp.discriminator(SHAPE, hidden_dims=(5,)), seed=seed
        )
        model.compile(generator_optimizer or keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01))
        return model

    return make


@pytest.fixture
def make_autoencoder():
    def make(optimizer="adam"):
        keras.utils.set_random_seed(0)
        model = Autoencoder(mlp.encoder(SHAPE, 2, hidden_dims=(5,)), mlp.decoder(SHAPE, 2, hidden_dims=(5,)))
        model.compile(optimizer)
        return model

    return make


@pytest.fixture
def fit(images):
    def fit(model, epochs=1, **arguments):
        return model.fit(images, batch_size=4, epochs=epochs, shuffle=False, verbose=0, **arguments)

    return fit
