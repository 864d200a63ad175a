"""A GAN so small that every gradient of it is a line of NumPy."""

import keras
import numpy as np
from keras import layers

from tfgen.models import GAN

SHAPE = (2, 2, 1)
LATENT_DIM = 3
RATE = 0.1


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
