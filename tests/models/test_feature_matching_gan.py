"""FeatureMatchingGAN keeps the contract; its generator's loss against NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import AdversarialContract
from tiny_networks import IMAGE_SHAPE, LATENT_DIM, discriminator, generator

from tfgen.models import FeatureMatchingGAN


class TestFeatureMatchingGAN(AdversarialContract):
    def make(self, **compile_arguments):
        model = FeatureMatchingGAN(generator(), discriminator())
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def test_loss_is_the_squared_distance_of_mean_features():
    keras.utils.set_random_seed(0)
    model = FeatureMatchingGAN(generator(), discriminator())
    model.compile("sgd", "sgd")
    latents = np.random.default_rng(0).normal(size=(5, LATENT_DIM)).astype("float32")
    images = np.random.default_rng(1).uniform(-1, 1, (5, *IMAGE_SHAPE)).astype("float32")
    kernel, bias = model.discriminator.get_layer("dense_1").get_weights()

    def mean_features(x):
        hidden = np.asarray(x).reshape(5, -1) @ kernel + bias
        return np.where(hidden > 0, hidden, 0.2 * hidden).mean(0)

    loss, _ = model.generator_objective(tf.constant(latents), tf.constant(images))
    expected = ((mean_features(images) - mean_features(model.generate(latents))) ** 2).sum()
    assert float(loss) == pytest.approx(expected, rel=1e-4)


def test_the_last_layer_of_the_discriminator_does_not_matter():
    keras.utils.set_random_seed(0)
    model = FeatureMatchingGAN(generator(), discriminator())
    model.compile("sgd", "sgd")
    latents, images = tf.ones((3, LATENT_DIM)), tf.ones((3, *IMAGE_SHAPE))
    before = float(model.generator_objective(latents, images)[0])
    last = model.discriminator.get_layer("logits")
    last.set_weights([np.zeros_like(value) for value in last.get_weights()])
    assert float(model.generator_objective(latents, images)[0]) == before > 0
