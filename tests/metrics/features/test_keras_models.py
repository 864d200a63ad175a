import hashlib

import keras
import numpy as np
import pytest

from tfgen.errors import TfgenError
from tfgen.metrics.features import from_keras
from tfgen.metrics.features.extractor import weights_sha256

IMAGES = np.random.default_rng(0).uniform(-1, 1, (5, 8, 9, 3)).astype("float32")


def classifier():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((8, 9, 3)),
            keras.layers.Conv2D(4, 3, activation="relu", name="maps"),
            keras.layers.GlobalAveragePooling2D(name="pool"),
            keras.layers.Dense(6, activation="relu", name="penultimate"),
            keras.layers.Dense(2, activation="softmax"),
        ],
        name="small",
    )


def test_penultimate_layer_and_probabilities():
    model = classifier()
    extractor = from_keras(model, quantise=False)
    found = extractor(IMAGES)
    np.testing.assert_allclose(found.probabilities, model.predict(IMAGES, verbose=0), rtol=1e-5)
    expected = keras.Model(model.inputs, model.get_layer("penultimate").output).predict(IMAGES, verbose=0)
    np.testing.assert_allclose(found.features, expected, rtol=1e-4, atol=1e-6)
    assert extractor.classes == 2
    assert extractor.protocol == {
        "name": "small",
        "sha256": weights_sha256(model),
        "layer": "penultimate",
        "resizer": "tf1_bilinear",
        "quantisation": "float",
        "value_range": "-1.0 to 1.0",
    }


def test_a_layer_by_name():
    extractor = from_keras(classifier(), layer="pool")
    assert extractor(IMAGES).features.shape == (5, 4)
    assert extractor.protocol["layer"] == "pool"


def test_a_model_without_a_softmax_gives_no_probabilities():
    model = classifier()
    headless = keras.Model(model.inputs, model.get_layer("penultimate").output)
    assert from_keras(headless)(IMAGES).probabilities is None
    with_logits = keras.Model(model.inputs, keras.layers.Softmax()(headless.output))
    assert from_keras(with_logits, layer="penultimate").classes == 6


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_files(tmp_path, suffix):
    path = tmp_path / f"mine{suffix}"
    model = classifier()
    model.save(path)
    extractor = from_keras(path, value_range=(0, 1), resizer="clean_bicubic")
    assert extractor.protocol["name"] == f"mine{suffix}"
    assert extractor.protocol["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    expected = from_keras(model, value_range=(0, 1), resizer="clean_bicubic")(IMAGES)
    np.testing.assert_array_equal(extractor(IMAGES).features, expected.features)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_files_with_python_code_are_refused(tmp_path, suffix):
    path = tmp_path / f"lambda{suffix}"
    layers = [keras.Input((8, 9, 3)), keras.layers.Flatten(), keras.layers.Lambda(lambda x: x), keras.layers.ReLU()]
    keras.Sequential(layers).save(path)
    with pytest.raises(TfgenError, match=r"cannot be read as a Keras model .*Lambda"):
        from_keras(path)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_damaged_files_are_refused(tmp_path, suffix):
    path = tmp_path / f"cut{suffix}"
    classifier().save(path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(TfgenError, match=f"cut{suffix} cannot be read as a Keras model"):
        from_keras(path)


def test_missing_files_are_refused(tmp_path):
    with pytest.raises(TfgenError, match=r"^there is no file .*none\.keras$"):
        from_keras(tmp_path / "none.keras")


class Subclassed(keras.Model):
    def call(self, inputs):
        return inputs


@pytest.mark.parametrize(
    ("model", "layer", "sentence"),
    [
        (classifier, "maps", r"the features of small have shape \(None, 6, 7, 4\), not \(n, width\)"),
        (classifier, "conv", "No such layer: conv"),
        (Subclassed, None, "is no graph of layers to take features from; build it as a functional keras.Model"),
        (lambda: keras.Sequential([keras.layers.Flatten(), keras.layers.ReLU()]), None, "is no graph of layers"),
    ],
)
def test_models_without_such_features_are_refused(model, layer, sentence):
    with pytest.raises(ValueError, match=sentence):
        from_keras(model(), layer=layer)
