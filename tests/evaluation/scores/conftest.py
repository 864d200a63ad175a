"""Models of 12x12 images of a few weights, real images for them, and pixels as features."""

import keras
import numpy as np
import pytest

from tfgen.data import ImageSet
from tfgen.evaluation import Evaluation
from tfgen.evaluation.sources import ImageSource, ModelSource
from tfgen.metrics.features.extractor import Extractor
from tfgen.models import GAN, VAE, Classifier
from tfgen.networks import convolutional, dcgan, mlp

SHAPE = (12, 12, 1)


@pytest.fixture(scope="session")
def vae():
    keras.utils.set_random_seed(0)
    encoder = mlp.encoder(SHAPE, 4, hidden_dims=(5,))
    return VAE(encoder, mlp.decoder(SHAPE, 2, hidden_dims=(5,), output_activation="linear"))


@pytest.fixture(scope="session")
def gan():
    keras.utils.set_random_seed(0)
    return GAN(mlp.generator(SHAPE, 3, hidden_dims=(5,)), dcgan.discriminator(SHAPE, width=2))


@pytest.fixture(scope="session")
def classifier():
    keras.utils.set_random_seed(0)
    return Classifier(convolutional.encoder(SHAPE, 4, width=2), 3)


@pytest.fixture(scope="session")
def extractor():
    """Features are the means of the image's quarters; probabilities a softmax of them."""
    inputs = keras.Input(SHAPE)
    features = keras.layers.Flatten()(keras.layers.AveragePooling2D(6)(inputs))
    network = keras.Model(inputs, {"features": features, "probabilities": keras.layers.Softmax()(features)})
    return Extractor("quarters", network, layer="flatten", sha256="0" * 64)


@pytest.fixture
def make_source():
    def make(count=40, seed=0, split="test", images=None, labels=True):
        random = np.random.default_rng(seed)
        if images is None:
            images = random.integers(0, 256, (count, *SHAPE), np.uint8)
        classes = np.arange(len(images)) % 3 if labels else None
        return ImageSource(f"noise:{split}", ImageSet(images, classes), "noise", split)

    return make


@pytest.fixture
def score(make_source, extractor, monkeypatch):
    """Scores a model or images against noise by one metric: the values by their names."""

    def score(metric, subject, reference=None, count=40, others=None, **settings):
        subject = subject if isinstance(subject, ImageSource) else ModelSource("model", subject)
        evaluation = Evaluation([metric], reference or make_source(), extractor, settings={metric: settings})
        if others is not None:
            monkeypatch.setattr(evaluation, "_open_images", lambda subject: others)
        results, comparison = evaluation.compare(subject, count)
        score.results, score.pictures = results, comparison.pictures
        return {result.name.removesuffix("[quarters]"): result for result in results}

    return score
