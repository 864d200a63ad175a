"""A network of random weights as an extractor: what an architecture sees that has learned nothing."""

from collections.abc import Sequence

import keras
import numpy as np

from tfgen.metrics.features.extractor import Extractor, weights_sha256
from tfgen.networks import vgg

UNTRAINED = "untrained"
FEATURES = 128
WIDTH = 32


def untrained(image_shape: Sequence[int], seed: int = 0) -> Extractor:
    """The network of the zoo's classifiers with kernels drawn from a normal distribution (He et al. 2015, 1502.01852).

    Args:
        image_shape: Height, width and channels of the images.
        seed: Of the kernels; normalisation stays as it starts, the identity.
    """
    encoder = vgg.encoder(image_shape, FEATURES, width=WIDTH)
    random = np.random.default_rng(seed)
    for weight in encoder.trainable_weights:
        if len(weight.shape) > 1:
            deviation = np.sqrt(2.0 / np.prod(weight.shape[:-1]))
            weight.assign(random.normal(0.0, deviation, weight.shape))
    network = keras.Model(encoder.inputs, {"features": encoder.output})
    return Extractor(UNTRAINED, network, layer="features", sha256=weights_sha256(network))
