"""EBGAN keeps the contract; margin and pulling-away term against the paper's equations."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import AdversarialContract
from tiny_networks import IMAGE_SHAPE, decoder, encoder, generator

from tfgen.models import EBGAN
from tfgen.networks import mlp


def make(**arguments):
    keras.utils.set_random_seed(0)
    model = EBGAN(generator(), encoder(), decoder(), **arguments)
    model.compile(keras.optimizers.SGD(0.01), keras.optimizers.SGD(0.01))
    return model


class TestEBGAN(AdversarialContract):
    log_names = (*AdversarialContract.log_names, "pulling_away_term")

    def make(self, **compile_arguments):
        model = EBGAN(generator(), encoder(), decoder(), margin=5.0)
        model.compile(*self.optimizers(), **compile_arguments)
        return model


IMAGES = np.random.default_rng(0).uniform(-1, 1, (5, *IMAGE_SHAPE)).astype("float32")


def test_energy_is_the_norm_of_the_reconstruction_error():
    model = make()
    energies = model.discriminate(IMAGES, training=False)
    errors = IMAGES - model.decoder(model.encoder(IMAGES)).numpy()
    np.testing.assert_allclose(energies, np.linalg.norm(errors.reshape(5, -1), axis=1, keepdims=True), rtol=1e-5)


def test_what_the_autoencoder_says_of_images():
    model = make()
    codes = model.encoder(IMAGES)
    np.testing.assert_allclose(model.encode(IMAGES), codes, atol=1e-6)
    np.testing.assert_allclose(model.reconstruct(IMAGES), model.decoder(codes), atol=1e-6)
    errors = (IMAGES - np.asarray(model.decoder(codes))).reshape(5, -1)
    np.testing.assert_allclose(model.anomaly_score(IMAGES), np.linalg.norm(errors, axis=1), rtol=1e-5)
    with pytest.raises(ValueError, match="images have shape"):
        model.encode(np.zeros((4, 3, 3, 1), "float32"))


def test_images_beyond_the_margin_cost_nothing():
    model = make(margin=3.0)
    real, fake = np.array([[1.0], [2.0]]), np.array([[0.5], [7.0]])
    assert float(model.discriminator_loss(real, fake)) == pytest.approx(1.5 + 2.5 / 2)


def test_the_margin_decides_whether_generated_images_move_the_discriminator():
    """With all energies over it the update is that of an autoencoder on the real images alone."""

    def update(**arguments):
        model = make(**arguments)
        before = model.encoder.get_weights()
        model.discriminator_step(tf.constant(IMAGES))
        return [after - was for was, after in zip(before, model.encoder.get_weights(), strict=True)]

    model = make()
    lowest = float(np.min(model.discriminate(model.sample(50, seed=0), training=False)))
    autoencoder = make(margin=1e-6)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(autoencoder.discriminate(IMAGES))
    gradients = tape.gradient(loss, autoencoder.encoder.trainable_variables)
    for step, gradient in zip(update(margin=0.1 * lowest), gradients, strict=True):
        np.testing.assert_allclose(step, -0.01 * gradient.numpy(), rtol=1e-3, atol=1e-6)
    assert not np.allclose(update(margin=100.0)[0], update(margin=0.1 * lowest)[0], atol=1e-5)


def test_pulling_away_term_is_in_the_generators_loss():
    with_term, without = make(pulling_away_weight=2.0), make(pulling_away_weight=0.0)
    latents = without.latents(5, (0, 0))
    loss, logs = with_term.generator_objective(latents, IMAGES, training=False)
    alone, _ = without.generator_objective(latents, IMAGES, training=False)
    assert float(logs["generator_loss"]) == pytest.approx(float(alone), rel=1e-5)
    codes = without.encoder(without.generate(latents)).numpy()
    directions = codes / np.linalg.norm(codes, axis=1, keepdims=True)
    cosines = (directions @ directions.T)[~np.eye(5, dtype=bool)]
    assert float(logs["pulling_away_term"]) == pytest.approx((cosines**2).mean(), rel=1e-4)
    assert float(loss - alone) == pytest.approx(2 * (cosines**2).mean(), rel=1e-3)


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="margin is 0"):
        make(margin=0)
    with pytest.raises(ValueError, match="pulling_away_weight is -1; it is a finite number, 0 or more"):
        make(pulling_away_weight=-1)
    with pytest.raises(ValueError, match="the one has to undo the other"):
        EBGAN(generator(), encoder(), mlp.decoder(IMAGE_SHAPE, 2))
