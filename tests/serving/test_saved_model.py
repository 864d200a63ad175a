"""SavedModels: what a server computes without tfgen is what Python computes with it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_zoo import IMAGE_SHAPE, METHODS

from tfgen.errors import TfgenError
from tfgen.models.image_model import ImageModel
from tfgen.serving import export_saved_model
from tfgen.zoo import load

ENCODING = {"encode", "decode", "reconstruct", "anomaly_score"}

# A server: TensorFlow and nothing of ours. None in sys.modules keeps out even what an editable installation finds.
SERVER = """
import sys

for name in ("tfgen", "keras"):
    sys.modules[name] = None
    try:
        __import__(name)
    except ImportError:
        continue
    raise AssertionError(f"{name} can be imported")

import numpy as np
import tensorflow as tf

outputs = {}
with np.load("inputs.npz") as inputs:
    for method in sys.argv[1:]:
        signatures = tf.saved_model.load(f"{method}/1").signatures
        outputs[f"{method}/names"] = sorted(signatures)
        for key in inputs.files:
            signature, batch = key.split("/")
            if signature not in signatures:
                continue
            names = list(signatures[signature].structured_input_signature[1])
            if signature == "generate":
                arguments = {"count": tf.constant(int(batch)), "seed": tf.constant(inputs[key])}
            else:
                arguments = {names[0]: tf.constant(inputs[key])}
            assert sorted(arguments) == sorted(names), (signature, names)
            (name, values), = signatures[signature](**arguments).items()
            outputs[f"{method}/{key}/{name}"] = values.numpy()
np.savez("outputs.npz", **outputs)
assert not [name for name in sys.modules if name.startswith(("tfgen.", "keras."))]
"""


@pytest.fixture(scope="module")
def models(published):
    return {method: load(str(published / f"{method}_dots")) for method in METHODS}


@pytest.fixture(scope="module")
def served(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    for method, model in models.items():
        assert export_saved_model(model, folder / method) == folder / method / "1"
    return folder


def inputs():
    generator = np.random.default_rng(0)
    for batch in (1, 3):
        latents = generator.normal(size=(batch, 3)).astype(np.float32)
        images = generator.uniform(-1, 1, (batch, *IMAGE_SHAPE)).astype(np.float32)
        yield f"serving_default/{batch}", latents
        yield f"decode/{batch}", latents
        yield f"generate/{batch}", np.int64(11)
        for signature in ENCODING - {"decode"}:
            yield f"{signature}/{batch}", images


def test_server_without_tfgen_computes_what_python_computes(models, served):
    given = dict(inputs())
    np.savez(served / "inputs.npz", **given)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-c", SERVER, *METHODS]
    found = subprocess.run(command, cwd=served, env=environment, capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stderr
    with np.load(served / "outputs.npz") as file:
        outputs = dict(file)
    assert set(outputs.pop("gan/names")) == {"serving_default", "generate"}
    for method in ("autoencoder", "vae"):
        assert set(outputs.pop(f"{method}/names")) == {"serving_default", "generate"} | ENCODING
    assert len(outputs) == 2 * (2 + 6 + 6)
    names = {"encode": "codes", "reconstruct": "reconstructions", "anomaly_score": "scores"}
    for key, values in outputs.items():
        method, signature, batch, name = key.split("/")
        model, argument = models[method], given[f"{signature}/{batch}"]
        if signature == "generate":
            expected = model.sample(int(batch), seed=11)
        elif signature == "serving_default":
            expected = model.generate(argument)
        else:
            expected = getattr(model, signature)(argument)
        assert name == names.get(signature, "images")
        assert values.dtype == np.float32
        assert values.shape == np.shape(expected)
        assert len(values) == int(batch)
        np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6, err_msg=key)


def test_card_goes_along(models, served):
    for method, model in models.items():
        text = (served / method / "1" / "assets.extra" / "card.json").read_text()
        assert json.loads(text) == dict(model.card)


def test_model_without_a_card_has_none_to_give(runs, tmp_path):
    target = export_saved_model(load(str(runs["gan"])), tmp_path)
    assert (target / "saved_model.pb").is_file()
    assert not (target / "assets.extra").exists()


def test_saved_model_cli_shows_a_free_batch_size(served):
    command = [Path(sys.executable).with_name("saved_model_cli"), "show", "--dir", served / "vae" / "1", "--all"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    for name in ("serving_default", "generate", *ENCODING):
        described = shown.partition(f"signature_def['{name}']")[2].partition("signature_def[")[0]
        shapes = [line.split("shape: ")[1] for line in described.splitlines() if "shape: " in line]
        assert shapes, name
        # `count` and `seed` are the only scalars.
        assert [shape for shape in shapes if not shape.startswith("(-1")] == ["()"] * (2 if name == "generate" else 0)


def test_versions_lie_side_by_side_and_none_is_overwritten(models, tmp_path):
    for version in (1, 7):
        export_saved_model(models["gan"], tmp_path, version)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "7"]
    before = (tmp_path / "7" / "saved_model.pb").stat()
    with pytest.raises(TfgenError, match=r"7 is there already; export another version, for example 8$"):
        export_saved_model(models["gan"], tmp_path, 7)
    assert (tmp_path / "7" / "saved_model.pb").stat() == before


@pytest.mark.parametrize("version", [0, -1])
def test_wrong_version(models, tmp_path, version):
    with pytest.raises(ValueError, match=f"version is {version}; it is 1 or more"):
        export_saved_model(models["gan"], tmp_path, version)
    assert list(tmp_path.iterdir()) == []


def test_failure_half_way_leaves_nothing(models, tmp_path, monkeypatch):
    whole = ImageModel.export

    def fail(model, filepath, **kwargs):
        whole(model, filepath, **kwargs)
        assert (Path(filepath) / "saved_model.pb").is_file()
        raise OSError("no space left on device")

    monkeypatch.setattr(ImageModel, "export", fail)
    with pytest.raises(OSError, match="no space left"):
        export_saved_model(models["gan"], tmp_path / "served")
    assert list((tmp_path / "served").iterdir()) == []


def test_server_can_read_it(served):
    # The temporary folder that it was written in was its owner's alone.
    umask = os.umask(0)
    os.umask(umask)
    assert (served / "gan" / "1").stat().st_mode & 0o777 == 0o777 & ~umask
