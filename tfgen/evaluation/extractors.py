"""Feature extractors by name: registered ones, classifiers of the zoo, a user's own Keras model."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

from tfgen.errors import TfgenError
from tfgen.evaluation.sources import ImageSource
from tfgen.metrics.features import EXTRACTORS
from tfgen.metrics.features.extractor import Extractor
from tfgen.metrics.features.keras_models import from_keras
from tfgen.models.classifier import Classifier
from tfgen.registry import UnknownNameError
from tfgen.zoo import list_models, load
from tfgen.zoo.entries import find
from tfgen.zoo.weights import sha256, weights_file


@contextmanager
def _float32() -> Iterator[None]:
    # A network of half precision would give other features under the same sha256.
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


@_float32()
def find_extractor(name: str, *, resizer: str | None = None, quantise: bool = True) -> Extractor:
    """The extractor of a name or a path, in float32 whatever the global dtype policy.

    Args:
        name: A registered extractor (`tfgen list extractors`), a classifier of the zoo or of a run's folder, or a
            `.keras` file, whose penultimate layer gives the features.
        resizer: How images are brought to the network's size; None is the extractor's own way.
        quantise: Whether samples are first rounded to bytes, as files hold them.

    Raises:
        TfgenError: If there is no such extractor, or its weights are not there.
    """
    options: dict[str, Any] = {"quantise": quantise, **({} if resizer is None else {"resizer": resizer})}
    if name in EXTRACTORS.names():
        return EXTRACTORS.get(name)(**options)
    if Path(name).suffix == ".keras":
        # Named with its suffix, so that no file can pass for a registered extractor.
        return from_keras(Path(name), **options)
    if "/" not in name and name not in list_models():
        known = [*EXTRACTORS.names(), *list_models("*_classifier")]
        raise TfgenError(str(UnknownNameError("extractor", name, known)))
    entry = find(name)
    model = load(name)
    if not isinstance(model, Classifier):
        raise TfgenError(f"{name} is a {type(model).__name__}; features are taken of classifiers")
    return Extractor(
        name, features_and_probabilities(model), layer="features", sha256=sha256(weights_file(entry)), **options
    )


def features_and_probabilities(model: Classifier) -> keras.Model:
    """A classifier as one functional network that gives both of what scores are made of."""
    features = model.encoder.output
    probabilities = keras.layers.Softmax(dtype="float32")(model.head(features))
    return keras.Model(model.encoder.inputs, {"features": features, "probabilities": probabilities})


def default_extractor(reference: ImageSource) -> str:
    """The classifier of the reference's data set if the zoo has it trained, else FID's own Inception."""
    name = f"{reference.name}_classifier"
    return name if name in list_models() and find(name).card else "inception_2015"
