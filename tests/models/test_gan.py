"""GAN keeps the contract; its steps against gradients computed by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import RATE, affine_gan, batch, sigmoid, weights
from contract import AdversarialContract, ModelContract
from tiny_networks import discriminator, generator

from tfgen.models import GAN
from tfgen.networks import dcgan, mlp
from tfgen.priors import Uniform


class TestGAN(ModelContract):
    log_names = AdversarialContract.log_names

    def make(self, **compile_arguments):
        # 16x16 has two stages, so both networks have batch normalisation.
        networks = dcgan.generator((16, 16, 1), 5, width=2), dcgan.discriminator((16, 16, 1), width=2)
        return self.of(*networks, **compile_arguments)

    def of(self, *networks, **compile_arguments):
        model = GAN(*networks, discriminator_steps=2, prior=Uniform(), seed=4)
        model.compile(
            keras.optimizers.Adam(1e-3, beta_1=0.5, use_ema=True, ema_momentum=0.9),
            keras.optimizers.Adam(1e-3, beta_1=0.5),
            **compile_arguments,
        )
        return model

    def without_batch_statistics(self):
        keras.utils.set_random_seed(0)
        return self.of(generator(), discriminator())

    test_two_replicas_equal_one_device = AdversarialContract.test_two_replicas_equal_one_device


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
