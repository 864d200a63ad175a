"""WGAN keeps the contract, and its critic's weights stay within their bounds."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import affine_gan, batch, weights
from contract import AdversarialContract
from tiny_networks import discriminator, generator

from tfgen.models import WGAN


class TestWGAN(AdversarialContract):
    def make(self, **compile_arguments):
        model = WGAN(generator(), discriminator(), discriminator_steps=2, clip=0.1)
        model.compile(keras.optimizers.RMSprop(1e-3), keras.optimizers.RMSprop(1e-3), **compile_arguments)
        return model


@pytest.mark.parametrize("jit_compile", [False, True])
def test_every_weight_of_the_critic_is_clipped_and_none_of_the_generator(jit_compile):
    model = affine_gan(WGAN, discriminator_steps=2, clip=0.02)
    model.compile(keras.optimizers.RMSprop(0.05), keras.optimizers.RMSprop(0.05), jit_compile=jit_compile)
    model.fit(batch(12), batch_size=4, verbose=0)
    u, c, w, b = weights(model)
    assert max(np.abs(w).max(), np.abs(b).max()) == pytest.approx(0.02, rel=1e-6)
    assert max(np.abs(u).max(), np.abs(c).max()) > 0.1


def test_the_step_is_clipped_after_the_update():
    model = affine_gan(WGAN, clip=0.6)
    _, _, w, b = weights(model)
    images = batch()
    fakes = np.asarray(affine_gan().generate(model.latents(6, model.seed_generator.state.numpy()))).reshape(6, 4)
    model.discriminator_step(tf.constant(images))
    slope = fakes.mean(0) - images.reshape(6, 4).mean(0)
    np.testing.assert_allclose(weights(model)[2], np.clip(w - 0.1 * slope[:, None], -0.6, 0.6), rtol=1e-5)
    np.testing.assert_allclose(weights(model)[3], np.clip(b, -0.6, 0.6), rtol=1e-5)
    assert np.abs(w).max() > 0.6  # without clipping it would have stayed out


def test_five_critic_steps_unless_said_otherwise():
    assert affine_gan(WGAN).discriminator_steps == 5
    with pytest.raises(ValueError, match="clip is 0; the bound of the critic's weights is a positive number"):
        affine_gan(WGAN, clip=0)
