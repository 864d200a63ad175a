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
