"""Networks of 8x8 images in which the images of a batch do not see each other."""

import keras

from tfgen.networks import mlp

IMAGE_SHAPE = (8, 8, 1)
LATENT_DIM = 4


def generator() -> keras.Model:
    return mlp.generator(IMAGE_SHAPE, LATENT_DIM, hidden_dims=(6,))


def discriminator() -> keras.Model:
    return mlp.discriminator(IMAGE_SHAPE, hidden_dims=(6,))


def encoder() -> keras.Model:
    return mlp.encoder(IMAGE_SHAPE, 3, hidden_dims=(6,))


def decoder() -> keras.Model:
    return mlp.decoder(IMAGE_SHAPE, 3, hidden_dims=(6,))
