"""The study's variants against their definitions, and beside the methods that they vary."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import affine_gan, batch, sigmoid, weights
from tiny_networks import IMAGE_SHAPE, decoder, encoder, generator

from benchmarks.created_equal.as_published import (
    PublishedBEGAN,
    PublishedDRAGAN,
    PublishedLSGAN,
    PublishedVAE,
    PublishedWGANGP,
)
from tfgen.networks import mlp

REAL, FAKE = np.array([[2.0], [0.5]]), np.array([[-3.0], [0.0]])


def test_least_squares_of_probabilities():
    model = affine_gan(PublishedLSGAN)
    expected = ((sigmoid(REAL) - 1) ** 2).mean() / 2 + (sigmoid(FAKE) ** 2).mean() / 2
    assert float(model.discriminator_loss(REAL, FAKE)) == pytest.approx(expected, rel=1e-5)
    assert float(model.generator_loss(FAKE)) == pytest.approx(((sigmoid(FAKE) - 1) ** 2).mean() / 2, rel=1e-5)


def test_wgan_gp_has_the_studys_epsilon_and_its_range_of_images():
    model = affine_gan(PublishedWGANGP, discriminator_steps=1)
    norm = np.sqrt(1e-4 + (2 * np.linalg.norm(weights(model)[2])) ** 2)
    value = model.discriminator_penalty(tf.constant(batch()), tf.constant(batch(seed=1)))
    assert float(value) == pytest.approx(10 * (norm - 1) ** 2, rel=1e-5)


def test_dragan_asks_the_slope_of_the_probability():
    model = affine_gan(PublishedDRAGAN, noise_scale=0.0)
    _, _, w, b = weights(model)
    images = batch()
    probability = sigmoid(images.reshape(6, 4) @ w + b)[:, 0]
    norms = np.sqrt(1e-4 + (2 * probability * (1 - probability) * np.linalg.norm(w)) ** 2)
    value = model.discriminator_penalty(tf.constant(images), tf.constant(batch(seed=1)))
    assert float(value) == pytest.approx(10 * ((norms - 1) ** 2).mean(), rel=1e-4)


def test_dragan_leaves_a_saturated_probability_alone():
    model = affine_gan(PublishedDRAGAN, noise_scale=0.0)
    model.discriminator.set_weights([np.full((4, 1), 1e-3), np.full(1, 8.0)])
    (kernel, _), images = model.discriminator.trainable_variables, tf.constant(batch())
    with tf.GradientTape() as tape:
        tape.watch(kernel.value)
        value = model.discriminator_penalty(images, images)
    # Slopes of 1e-6 are far below the root of 1e-4: the penalty does not see them.
    assert float(value) == pytest.approx(10 * (0.01 - 1) ** 2, rel=1e-5)
    assert np.abs(tape.gradient(value, kernel.value)).max() < 1e-4


def test_k_of_began_leaves_its_range():
    keras.utils.set_random_seed(0)
    model = PublishedBEGAN(generator(), encoder(), decoder(), diversity=0.0, balance_rate=1.0)
    model.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
    fakes = model.generate(model.latents(6, model.seed_generator.state.numpy()))
    model.discriminator_step(tf.ones((6, *IMAGE_SHAPE)))
    errors = np.abs(fakes - model.decoder(model.encoder(fakes)))
    assert float(model.balance) == pytest.approx(-0.5 * errors.mean(), rel=1e-5)


def test_the_vae_has_deviations_by_softplus_and_a_mean_over_channels():
    keras.utils.set_random_seed(0)
    shape = (8, 8, 3)
    model = PublishedVAE(mlp.encoder(shape, 6, hidden_dims=(5,)), mlp.decoder(shape, 3, hidden_dims=(5,)))
    images = tf.constant(np.random.default_rng(0).uniform(-1, 1, (4, *shape)).astype("float32"))
    raw = np.split(np.asarray(model.encoder(images), np.float64), 2, axis=1)
    mean, log_variance = model.posterior(images)
    np.testing.assert_allclose(mean, raw[0], rtol=1e-5)
    np.testing.assert_allclose(np.exp(log_variance / 2), 1e-6 + np.log1p(np.exp(raw[1])), rtol=1e-4)
    outputs = np.random.default_rng(1).normal(size=(4, *shape))
    targets, p = (np.asarray(images, np.float64) + 1) / 2, sigmoid(outputs)
    cross_entropy = -(targets * np.log(p) + (1 - targets) * np.log(1 - p))
    found = model.likelihood(images, tf.constant(outputs, tf.float32))
    np.testing.assert_allclose(found, cross_entropy.sum(axis=(1, 2)).mean(axis=-1), rtol=1e-4)
