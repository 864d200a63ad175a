"""The hooks of GAN, each overridden by a subclass as a published method would."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import RATE, SHAPE, affine_gan, batch, sigmoid, weights
from keras import ops

from tfgen import backend
from tfgen.models import GAN
from tfgen.models.image_model import Signature


class WGAN(GAN):
    """Critic and clipping of Arjovsky et al. 2017."""

    def discriminator_loss(self, real_outputs, fake_outputs):
        return ops.mean(fake_outputs) - ops.mean(real_outputs)

    def generator_loss(self, fake_outputs):
        return -ops.mean(fake_outputs)

    def constrain_discriminator(self):
        for variable in self.discriminator.trainable_variables:
            variable.assign(ops.clip(variable, -0.02, 0.02))


@pytest.mark.parametrize("jit_compile", [False, True])
def test_losses_and_constraint_can_be_overridden(jit_compile):
    model = affine_gan(WGAN, discriminator_steps=2)
    model.compile(keras.optimizers.SGD(RATE), keras.optimizers.SGD(RATE), jit_compile=jit_compile)
    assert model.jit_compile == jit_compile
    model.fit(batch(12), batch_size=4, verbose=0)
    *_, w, b = weights(model)
    assert np.abs(w).max() == pytest.approx(0.02, rel=1e-6)
    assert np.abs(b).max() <= 0.02 * (1 + 1e-6)


class GradientPenalty(WGAN):
    """(||grad D|| - 1)^2 of Gulrajani et al. 2017, at the real images."""

    log_names = (*GAN.log_names, "discriminator_penalty")

    def discriminator_penalty(self, images, fakes, labels=None, training=True):
        slopes = backend.input_gradient(self.discriminate, images)
        norms = ops.sqrt(ops.sum(ops.square(slopes), axis=(1, 2, 3)) + 1e-12)
        return ops.mean(ops.square(norms - 1))

    def constrain_discriminator(self):
        pass


def test_penalty_can_be_overridden_and_its_gradient_is_that_of_a_linear_critic():
    model = affine_gan(GradientPenalty)
    _, _, w, _ = weights(model)
    images = batch()
    before = weights(affine_gan(WGAN))  # the same seed, hence the same critic
    plain = affine_gan(WGAN)
    plain.constrain_discriminator = lambda: None
    plain.discriminator_step(tf.constant(images))
    logs = model.discriminator_step(tf.constant(images))
    norm = np.linalg.norm(w)
    assert float(logs["discriminator_penalty"]) == pytest.approx((norm - 1) ** 2, rel=1e-5)
    # The gradient of a linear critic is w wherever it is asked, so the penalty's is 2 (|w| - 1) w / |w|.
    np.testing.assert_array_equal(before[2], w)
    expected = -RATE * 2 * (norm - 1) * w / norm
    np.testing.assert_allclose(weights(model)[2] - weights(plain)[2], expected, rtol=1e-4, atol=1e-6)


def test_generate_discriminate_and_fake_images_can_be_overridden():
    class Shifted(GAN):
        def generate(self, latents, labels=None, training=False):
            return super().generate(latents, labels, training) + 5.0

        def discriminate(self, images, labels=None, training=True):
            return super().discriminate(images, labels, training) * 0.0 + ops.mean(images)

        def fake_images(self, n, labels=None):
            return 2.0 * super().fake_images(n, labels)

    model, plain = affine_gan(Shifted), affine_gan()
    latents = plain.latents(4, (0, 1))
    np.testing.assert_allclose(model.generate(latents), plain.generate(latents) + 5.0, rtol=1e-6)
    np.testing.assert_allclose(model.sample(4, seed=0), plain.sample(4, seed=0) + 5.0, rtol=1e-5)
    logs = model.train_step(tf.constant(batch()))
    assert float(logs["real_score"]) == pytest.approx(batch().mean(), abs=1e-5)
    fakes = 2 * (plain.fake_images(6).numpy() + 5.0)  # the same seed, hence the same noise
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
    fakes = plain.fake_images(6).numpy().reshape(6, 4) + 100
    assert float(logs["fake_score"]) == pytest.approx((fakes @ w + b).mean(), rel=1e-4)


def test_replay_of_old_images():
    class Replay(GAN):
        def build_replay(self):
            self.old = self.add_weight((6, *SHAPE), "zeros", trainable=False, name="old")

        def fake_images(self, n, labels=None):
            fakes = super().fake_images(n, labels)
            mixed = ops.concatenate([self.old[: n // 2], fakes[n // 2 :]])
            self.old.assign(fakes)
            return mixed

    model, plain = affine_gan(Replay), affine_gan()
    model.build_replay()
    first, second = plain.fake_images(6).numpy(), plain.fake_images(6).numpy()
    np.testing.assert_allclose(model.fake_images(6), np.concatenate([np.zeros_like(first[:3]), first[3:]]), rtol=1e-6)
    np.testing.assert_allclose(model.fake_images(6), np.concatenate([first[:3], second[3:]]), rtol=1e-6)


def test_objectives_can_be_overridden():
    class FeatureMatching(GAN):
        """One-sided label smoothing, and means of images in place of the generator's loss (Salimans et al. 2016)."""

        def discriminator_objective(self, images, fakes, labels=None, training=True):
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
