"""Any Keras model of images as a feature extractor."""

import hashlib
import json
from pathlib import Path

import keras

from tfgen.errors import TfgenError
from tfgen.metrics.features.extractor import Extractor, weights_sha256


def from_keras(
    model: str | Path | keras.Model,
    *,
    layer: str | None = None,
    value_range: tuple[float, float] = (-1.0, 1.0),
    resizer: str = "tf1_bilinear",
    quantise: bool = True,
) -> Extractor:
    """Makes an extractor of a model whose layers form a graph (sequential or functional).

    If the model ends in a softmax, the extractor gives its outputs as class probabilities. Nothing is unpickled, and a
    file that holds Python code is refused.

    Args:
        model: A model from images `(n, height, width, 1 or 3)`, or its `.keras` or `.h5` file.
        layer: Name of the layer whose outputs `(n, d)` are the features; None means the one before the last.
        value_range: What black and white are to the model.
        resizer: A name in `RESIZERS`, for images of another size than the model's.
        quantise: Whether images are first rounded to bytes, as files hold them.

    Returns:
        An extractor that is named after the file or the model; its `sha256` is the file's, or that of the model's
        configuration and weights. Names of layers are in the configuration: a model that is built twice in one process
        may count as two, and two models never as one unless only the Python code of their own layers differs.

    Raises:
        TfgenError: If the file cannot be read.
        ValueError: If there is no such layer, the model or the layer's outputs are not as described, or a layer of a
            model that is no file has no configuration.
    """
    if isinstance(model, keras.Model):
        name, path = model.name, None
    else:
        path = Path(model)
        name, model = path.name, _read(path)
    if not getattr(model, "inputs", None) or len(model.layers) < 2:
        raise ValueError(f"{name} is no graph of layers to take features from; build it as a functional keras.Model")
    taken = model.layers[-2] if layer is None else model.get_layer(layer)
    outputs = {"features": taken.output}
    if _is_softmax(model.layers[-1]):
        outputs["probabilities"] = model.outputs[0]
    network = keras.Model(model.inputs, outputs)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path else _sha256(model)
    return Extractor(
        name, network, layer=taken.name, sha256=sha256, value_range=value_range, resizer=resizer, quantise=quantise
    )


def _read(path: Path) -> keras.Model:
    if not path.is_file():
        raise TfgenError(f"there is no file {path}")
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = str(error).strip().partition(". ")[0]
        raise TfgenError(
            f"{path} cannot be read as a Keras model (damaged, or holding Python code?): {reason}"
        ) from error


def _sha256(model: keras.Model) -> str:
    # The weights alone would not tell apart what has none: activations, a Rescaling, how layers are joined.
    try:
        config = json.dumps(keras.saving.serialize_keras_object(model.get_config()), sort_keys=True)
    except (NotImplementedError, TypeError) as error:
        raise ValueError(
            f"{model.name} has a layer without a configuration, by which models are told apart; write its get_config"
        ) from error
    return hashlib.sha256(f"{config}\n{weights_sha256(model)}".encode()).hexdigest()


def _is_softmax(layer: keras.Layer) -> bool:
    return isinstance(layer, keras.layers.Softmax) or getattr(layer, "activation", None) is keras.activations.softmax
