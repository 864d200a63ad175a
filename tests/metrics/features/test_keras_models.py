import hashlib

import keras
import numpy as np
import pytest

from tfgen.errors import TfgenError
from tfgen.metrics.features import from_keras

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
    assert extractor.protocol((28, 28, 3)) == {
        "name": "small",
        "sha256": extractor.sha256,
        "layer": "penultimate",
        "resizer": "tf1_bilinear",
        "quantisation": "float",
        "value_range": "-1.0 to 1.0",
    }


def test_a_layer_by_name():
    extractor = from_keras(classifier(), layer="pool")
    assert extractor(IMAGES).features.shape == (5, 4)
    assert extractor.layer == "pool"


def rescaled(scale=1.0, activation="relu", width=3, last="softmax"):
    keras.utils.set_random_seed(0)
    layers = [
        keras.Input((8, 9, 3), name="images"),
        keras.layers.Rescaling(scale, name="scale"),
        keras.layers.Flatten(name="flat"),
        keras.layers.Dense(width, activation=activation, name="features"),
        keras.layers.Dense(2, activation=last, name="classes"),
    ]
    return keras.Sequential(layers, name="rescaled")


@pytest.mark.parametrize("changes", [{"scale": 10.0}, {"activation": "tanh"}, {"width": 4}, {"last": "sigmoid"}])
def test_models_that_differ_in_what_has_no_weights_are_not_taken_for_one(changes):
    sha256 = from_keras(rescaled()).sha256
    assert len(bytes.fromhex(sha256)) == 32
    assert from_keras(rescaled(**changes)).sha256 != sha256


def test_the_same_model_is_recognised_and_other_weights_are_not(tmp_path):
    model = rescaled()
    sha256 = from_keras(model).sha256
    assert from_keras(rescaled()).sha256 == sha256
    model.save(tmp_path / "model.keras")
    assert from_keras(keras.saving.load_model(tmp_path / "model.keras")).sha256 == sha256
    model.compile("adam", "mse")
    assert from_keras(model).sha256 == sha256
    model.get_layer("classes").bias.assign([0.0, 1e-6])
    assert from_keras(model).sha256 != sha256


def test_a_layer_without_a_configuration_is_refused():
    class Mapped(keras.layers.Layer):
        def __init__(self, function):
            super().__init__()
            self.function = function

        def call(self, inputs):
            return self.function(inputs)

    images = keras.Input((8, 9, 3))
    features = Mapped(lambda inputs: inputs + 1)(keras.layers.Flatten()(images))
    model = keras.Model(images, keras.layers.ReLU()(features), name="mapped")
    with pytest.raises(ValueError, match="mapped has a layer without a configuration, by which models are told apart"):
        from_keras(model)


def test_a_name_makes_no_network_the_standard_one():
    model = classifier()
    model.name = "inception_2015"
    extractor = from_keras(model)
    assert extractor.name == "inception_2015"
    assert not extractor.is_standard
    with pytest.raises(TypeError):
        from_keras(model, is_standard=True)


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
    assert extractor.name == f"mine{suffix}"
    assert extractor.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
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
