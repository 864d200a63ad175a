"""The hooks of AdversarialModel, each overridden by a subclass as a published method would."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import RATE, affine_gan, batch, sigmoid, weights
from keras import ops

from tfgen import backend
from tfgen.models import GAN
from tfgen.models.image_model import Signature


def test_generate_and_discriminate_can_be_overridden():
    class Shifted(GAN):
        def generate(self, latents, labels=None, training=False):
            return super().generate(latents, labels, training) + 5.0

        def discriminate(self, images, labels=None, training=True):
            return super().discriminate(images, labels, training) * 0.0 + ops.mean(images)

    model, plain = affine_gan(Shifted), affine_gan()
    latents = plain.latents(4, (0, 1))
    np.testing.assert_allclose(model.generate(latents), plain.generate(latents) + 5.0, rtol=1e-6)
    np.testing.assert_allclose(model.sample(4, seed=0), plain.sample(4, seed=0) + 5.0, rtol=1e-5)
    logs = model.train_step(tf.constant(batch()))
    assert float(logs["real_score"]) == pytest.approx(batch().mean(), abs=1e-5)
    latents = plain.latents(6, plain.seed_generator.state.numpy())  # the same seed, hence the same noise
    fakes = plain.generate(latents).numpy() + 5.0
    assert float(logs["fake_score"]) == pytest.approx(fakes.mean(), rel=1e-5)


def test_labels_reach_the_hooks():
    class Conditional(GAN):
        def generate(self, latents, labels=None, training=False):
            return super().generate(latents, labels, training) + ops.reshape(ops.cast(labels, "float32"), (-1, 1, 1, 1))

    model = affine_gan(Conditional)
    labels = np.full(6, 100)
    logs = model.train_step((tf.constant(batch()), tf.constant(labels)))
    plain = affine_gan()
    _, _, w, b = weights(plain)
    fakes = plain.generate(plain.latents(6, plain.seed_generator.state.numpy())).numpy().reshape(6, 4) + 100
    assert float(logs["fake_score"]) == pytest.approx((fakes @ w + b).mean(), rel=1e-4)


def test_objectives_can_be_overridden():
    class FeatureMatching(GAN):
        """One-sided label smoothing, and means of images in place of the generator's loss (Salimans et al. 2016)."""

        def discriminator_objective(self, images, fakes, labels=None, fake_labels=None, training=True):
            real_outputs, fake_outputs = self.discriminate(images), self.discriminate(fakes)
            loss = ops.mean(0.9 * ops.softplus(-real_outputs) + 0.1 * ops.softplus(real_outputs))
            return loss, {"discriminator_loss": loss, "real_score": real_outputs, "fake_score": fake_outputs}

        def generator_objective(self, latents, images, labels=None, training=True):
            fakes = self.generate(latents, labels, training)
            loss = ops.sum(ops.square(ops.mean(fakes, axis=0) - ops.mean(images, axis=0)))
            return loss, {"generator_loss": loss}

    model = affine_gan(FeatureMatching)
    u, c, w, b = weights(model)
    images = batch()
    x = images.reshape(6, 4).astype("float64")
    noise = affine_gan()
    noise.latents(6, noise.seed_generator.next())
    z = noise.latents(6, noise.seed_generator.next()).numpy()
    logs = model.train_step(tf.constant(images))
    at_real = (sigmoid(x @ w + b) - 0.9) / 6
    difference = (z @ u + c).mean(0) - x.mean(0)
    assert float(logs["generator_loss"]) == pytest.approx((difference**2).sum(), rel=1e-5)
    expected = (
        u - RATE * 2 * np.outer(z.mean(0), difference), c - RATE * 2 * difference,
        w - RATE * x.T @ at_real, b - RATE * at_real.sum(0),
    )  # fmt: skip
    for got, value in zip(weights(model), expected, strict=True):
        np.testing.assert_allclose(got, value, rtol=1e-4, atol=1e-6)


def test_the_networks_may_take_labels_too():
    class Conditional(GAN):
        """Labels as a second input of both networks (Mirza and Osindero 2014)."""

        def generate(self, latents, labels=None, training=False):
            return self.generator([latents, labels], training=training)

        def discriminate(self, images, labels=None, training=True):
            return self.discriminator([images, labels], training=training)

        def default_labels(self, n):
            return ops.arange(n, dtype="int32") % 3

        def serving_signatures(self):
            signatures = super().serving_signatures()
            labels = backend.TensorSpec((None,), "int32", name="labels")
            default = signatures["serving_default"]
            signatures["serving_default"] = Signature(self.generate, (*default.inputs, labels), "images")
            return signatures

    def embedded(size):
        labels = keras.Input((), dtype="int32")
        return labels, keras.layers.Embedding(3, size)(labels)

    latents, (labels, code) = keras.Input((2,)), embedded(2)
    images = keras.layers.Dense(4, "tanh")(keras.layers.Concatenate()([latents, code]))
    generator = keras.Model([latents, labels], keras.layers.Reshape((2, 2, 1))(images))
    images, (labels, code) = keras.Input((2, 2, 1)), embedded(4)
    logits = keras.layers.Dense(1)(keras.layers.Concatenate()([keras.layers.Flatten()(images), code]))
    model = Conditional(generator, keras.Model([images, labels], logits))
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    assert (model.latent_dim, model.image_shape) == (2, (2, 2, 1))
    real = np.zeros((6, 2, 2, 1), "float32")
    history = model.fit(real, np.arange(6, dtype="int32") % 3, batch_size=6, verbose=0).history
    assert np.isfinite(history["generator_loss"]).all()
    given = model.sample(4, seed=1, labels=np.array([0, 1, 2, 0], "int32"))
    np.testing.assert_array_equal(model.sample(4, seed=1), given)
    assert not np.allclose(model.sample(4, seed=1, labels=np.array([1, 1, 2, 0], "int32"))[0], given[0])
