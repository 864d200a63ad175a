"""GAN keeps the contract; its steps against gradients computed by hand, its hooks by subclasses that override them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import ModelContract
from keras import layers, ops

from tfgen import backend
from tfgen.models import GAN
from tfgen.models.generative_model import Signature
from tfgen.networks import dcgan, mlp
from tfgen.priors import Uniform

SHAPE = (2, 2, 1)
LATENT_DIM = 3
RATE = 0.1


class TestGAN(ModelContract):
    log_names = ("discriminator_loss", "generator_loss", "real_score", "fake_score")

    def make(self, **compile_arguments):
        # 16x16 has two stages, so both networks have batch normalisation.
        model = GAN(
            dcgan.generator((16, 16, 1), 5, width=2),
            dcgan.discriminator((16, 16, 1), width=2),
            discriminator_steps=2,
            prior=Uniform(),
            seed=4,
        )
        model.compile(
            keras.optimizers.Adam(1e-3, beta_1=0.5, use_ema=True, ema_momentum=0.9),
            keras.optimizers.Adam(1e-3, beta_1=0.5),
            **compile_arguments,
        )
        return model


def affine_gan(model_class=GAN, **arguments):
    """G(z) = z u + c and D(x) = x w + b, so that every gradient is a line of NumPy."""
    keras.utils.set_random_seed(0)
    noise = keras.Input((LATENT_DIM,))
    generator = keras.Model(noise, layers.Reshape(SHAPE)(layers.Dense(4, bias_initializer="normal")(noise)))
    images = keras.Input(SHAPE)
    logits = layers.Dense(1, bias_initializer="normal")(layers.Flatten()(images))
    model = model_class(generator, keras.Model(images, logits), **arguments)
    model.compile(keras.optimizers.SGD(RATE), keras.optimizers.SGD(RATE), jit_compile=False)
    return model


def weights(model):
    """u, c, w, b."""
    return [v.numpy().astype("float64") for v in (*model.generator.variables, *model.discriminator.variables)]


def batch(count=6, seed=0):
    return np.random.default_rng(seed).normal(size=(count, *SHAPE)).astype("float32")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Recording(GAN):
    """Remembers the noise that it draws and the images that each discriminator step sees."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.drawn, self.seen = [], []

    def latents(self, n, seed):
        latents = super().latents(n, seed)
        self.drawn.append(latents.numpy())
        return latents

    def discriminator_step(self, images, labels=None):
        self.seen.append((images.numpy(), None if labels is None else labels.numpy()))
        return super().discriminator_step(images, labels)


def test_one_step_is_the_gradient_computed_by_hand():
    model = affine_gan(Recording)
    model.run_eagerly = True
    u, c, w, b = weights(model)
    images = batch()
    x = images.reshape(6, 4).astype("float64")
    model.train_step(tf.constant(images))
    z1, z2 = (z.astype("float64") for z in model.drawn)
    # -E log s(D(x)) - E log(1 - s(D(G(z)))) has the gradient s(D) - 1 at real logits and s(D) at generated ones.
    fakes = z1 @ u + c
    at_real, at_fake = (sigmoid(x @ w + b) - 1) / 6, sigmoid(fakes @ w + b) / 6
    w = w - RATE * (x.T @ at_real + fakes.T @ at_fake)
    b = b - RATE * (at_real + at_fake).sum(0)
    # Then -E log s(D(G(z))) with the updated D, on other noise.
    at_images = (sigmoid((z2 @ u + c) @ w + b) - 1) / 6 @ w.T
    u, c = u - RATE * z2.T @ at_images, c - RATE * at_images.sum(0)
    for got, expected in zip(weights(model), (u, c, w, b), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)


def test_logged_values():
    model = affine_gan(Recording)
    u, c, w, b = weights(model)
    images = batch()
    logs = {name: float(value) for name, value in model.train_step(tf.constant(images)).items()}
    real, fake = images.reshape(6, 4) @ w + b, (model.drawn[0] @ u + c) @ w + b
    assert logs["real_score"] == pytest.approx(real.mean(), rel=1e-4)
    assert logs["fake_score"] == pytest.approx(fake.mean(), rel=1e-4)
    expected = -np.log(sigmoid(real)).mean() - np.log(1 - sigmoid(fake)).mean()
    assert logs["discriminator_loss"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("step", ["discriminator", "generator"])
def test_a_step_touches_only_its_own_network(step):
    model = affine_gan()
    before = weights(model)
    getattr(model, f"{step}_step")(tf.constant(batch()))
    changed = [not np.array_equal(was, now) for was, now in zip(before, weights(model), strict=True)]
    assert changed == ([False] * 2 + [True] * 2 if step == "discriminator" else [True] * 2 + [False] * 2)


def test_k_steps_use_each_part_once_on_fresh_noise():
    model = affine_gan(Recording, discriminator_steps=3)
    images, labels = batch(), np.arange(6)
    model.train_step((tf.constant(images), tf.constant(labels)))
    np.testing.assert_array_equal(np.concatenate([part for part, _ in model.seen]), images)
    np.testing.assert_array_equal(np.concatenate([part for _, part in model.seen]), labels)
    assert [len(z) for z in model.drawn] == [2, 2, 2, 2]
    assert len(np.unique(np.concatenate(model.drawn), axis=0)) == 8
    assert int(model.discriminator_optimizer.iterations) == 3
    assert int(model.generator_optimizer.iterations) == 1


@pytest.mark.parametrize("eager", [True, False])
def test_a_batch_that_does_not_split_is_one_sentence(eager):
    model = affine_gan(discriminator_steps=2)
    model.run_eagerly = eager
    with pytest.raises(ValueError, match="a batch of 5 images does not split into discriminator_steps = 2 equal parts"):
        model.fit(batch(5), batch_size=5, verbose=0)


def test_arguments_are_checked():
    generator, discriminator = mlp.generator((4, 4, 1), 3), mlp.discriminator((4, 4, 3))
    with pytest.raises(ValueError, match=r"images of shape \(4, 4, 1\) and the discriminator takes \(4, 4, 3\)"):
        GAN(generator, discriminator)
    with pytest.raises(ValueError, match="discriminator_steps is 0; it is 1 or more"):
        GAN(generator, mlp.discriminator((4, 4, 1)), discriminator_steps=0)


def test_the_prior_decides_the_noise():
    noise = affine_gan(prior=Uniform()).latents(1000, (1, 2)).numpy()
    assert -1 <= noise.min() < -0.99
    assert 0.99 < noise.max() < 1


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


def test_evaluation_leaves_the_training_noise_alone():
    model = affine_gan()
    before = model.seed_generator.state.numpy()
    first, second = (model.test_step(tf.constant(batch())) for _ in range(2))
    np.testing.assert_array_equal(model.seed_generator.state.numpy(), before)
    assert float(first["generator_loss"]) == pytest.approx(float(second["generator_loss"]))


def test_a_last_batch_that_does_not_split_loses_its_rest():
    model = affine_gan(discriminator_steps=2)
    model.fit(np.zeros((7, 2, 2, 1), "float32"), batch_size=4, verbose=0)
    assert int(model.discriminator_optimizer.iterations) == 4
