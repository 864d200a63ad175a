"""The hooks of AdversarialModel, each overridden by a subclass as a published method would."""

import numpy as np
import pytest
import tensorflow as tf
from affine import affine_gan, batch, weights
from keras import ops

from tfgen.models import GAN


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


def test_a_graph_traces_the_discriminators_steps_once():
    class Counted(GAN):
        traced = 0

        def discriminator_step(self, images, labels=None):
            type(self).traced += 1
            return super().discriminator_step(images, labels)

    model, unrolled = affine_gan(Counted, discriminator_steps=3), affine_gan(discriminator_steps=3)
    unrolled.run_eagerly = True
    for each in (model, unrolled):
        each.fit(batch(12), batch_size=6, shuffle=False, verbose=0)
    assert Counted.traced == 1
    # On its own images and noise each: the same weights as where the steps are taken one by one.
    assert int(model.discriminator_optimizer.iterations) == 6
    for value, expected in zip(weights(model), weights(unrolled), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5)

    # A model that is compiled again keeps nothing of that graph.
    model.compile("sgd", "sgd", jit_compile=False)
    model.fit(batch(12), batch_size=6, shuffle=False, verbose=0)
    assert Counted.traced == 2
    assert int(model.discriminator_optimizer.iterations) == 6
