"""MinimaxGAN keeps the contract, and its generator follows the minimax gradient."""

import keras
import numpy as np
import tensorflow as tf
from contract import AdversarialContract
from keras import layers

from tfgen.models import MinimaxGAN
from tfgen.networks import mlp


class TestMinimaxGAN(AdversarialContract):
    def make(self, **compile_arguments):
        model = MinimaxGAN(
            mlp.generator((8, 8, 1), 4, hidden_dims=(6,)), mlp.discriminator((8, 8, 1), hidden_dims=(6,))
        )
        model.compile(
            keras.optimizers.SGD(0.05, momentum=0.5), keras.optimizers.SGD(0.05, momentum=0.5), **compile_arguments
        )
        return model


def test_generator_step_is_the_gradient_computed_by_hand():
    keras.utils.set_random_seed(0)
    noise, images = keras.Input((1,)), keras.Input((1, 1, 1))
    generator = keras.Model(noise, layers.Reshape((1, 1, 1))(layers.Dense(1, use_bias=False)(noise)))
    discriminator = keras.Model(images, layers.Dense(1, use_bias=False)(layers.Flatten()(images)))
    model = MinimaxGAN(generator, discriminator)
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    z = model.latents(5, model.seed_generator.state.numpy()).numpy().astype("float64")
    g, d = (network.get_weights()[0].astype("float64") for network in (generator, discriminator))
    model.generator_step(tf.zeros((5, 1, 1, 1)))
    # E log(1 - s(z g d)) has the gradient -E s(z g d) z d.
    gradient = -(z * d / (1 + np.exp(-z * g * d))).mean()
    np.testing.assert_allclose(generator.get_weights()[0], g - 0.1 * gradient, rtol=1e-5)
