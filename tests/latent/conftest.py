"""Models whose images are affine in their latents, so that what latents have to be is known."""

import keras
import numpy as np
import pytest
from keras import layers

from tfgen import backend
from tfgen.models import Classifier
from tfgen.models.generative_model import GenerativeModel
from tfgen.models.image_model import Signature
from tfgen.models.labelled_model import checked_labels
from tfgen.priors import Normal, Spherical, Uniform

SHAPE = (3, 2, 1)
LATENT_DIM = 4


class Affine(GenerativeModel):
    """G(z) = 0.1 (z A + b), with orthonormal rows in A."""

    def __init__(self, prior):
        super().__init__(LATENT_DIM, SHAPE)
        self.prior = prior
        random = np.random.default_rng(1)
        self.matrix = np.linalg.qr(random.normal(size=(6, LATENT_DIM)))[0].T.astype("float32")
        self.offset = random.normal(size=6).astype("float32")

    def generate(self, latents, labels=None, training=False):
        return keras.ops.reshape(0.1 * (keras.ops.matmul(latents, self.matrix) + self.offset), (-1, *SHAPE))

    def latents_of(self, images):
        return (10 * np.asarray(images, "float64").reshape(-1, 6) - self.offset) @ self.matrix.T


class AffineOfClass(Affine):
    """An affine generator whose images a label moves, as conditional models do."""

    label_count = 40

    def sampling_inputs(self, latents, labels):
        return latents, checked_labels(labels, self.label_count)

    def generate(self, latents, labels=None, training=False):
        return super().generate(latents) + 0.1 * keras.ops.reshape(keras.ops.cast(labels, "float32"), (-1, 1, 1, 1))

    def serving_signatures(self):
        signatures = super().serving_signatures()
        (latents,) = signatures["serving_default"].inputs
        labels = backend.TensorSpec((None,), "int32", name="labels")
        return {**signatures, "serving_default": Signature(self.generate, (latents, labels), "images")}


class AffineAutoencoder(Affine):
    """An affine generator with an encoder that is always wrong by 0.5."""

    def decode(self, codes):
        return self.generate(codes)

    def encode(self, images):
        pixels = keras.ops.reshape(images, (-1, 6))
        return keras.ops.matmul(10 * pixels - self.offset, self.matrix.T) + 0.5

    def serving_signatures(self):
        images = backend.TensorSpec((None, *SHAPE), "float32", name="images")
        return {**super().serving_signatures(), "encode": Signature(self.encode, (images,), "codes")}


@pytest.fixture(params=[Normal, Uniform, Spherical])
def affine(request):
    return Affine(request.param())


@pytest.fixture
def normal_affine():
    return Affine(Normal())


@pytest.fixture
def affine_of_class():
    return AffineOfClass(Normal())


@pytest.fixture
def affine_autoencoder():
    return AffineAutoencoder(Normal())


@pytest.fixture
def brightness_classifier():
    """Class 1 where the first pixel is above 0, the surer the farther."""
    inputs = keras.Input(SHAPE)
    classifier = Classifier(keras.Model(inputs, layers.Flatten()(inputs)), num_classes=2)
    kernel = np.zeros((6, 2), "float32")
    kernel[0] = [-1, 1]
    classifier.head.set_weights([kernel, np.zeros(2, "float32")])
    return classifier
