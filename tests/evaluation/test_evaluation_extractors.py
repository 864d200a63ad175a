import hashlib

import keras
import numpy as np
import pytest
from dtype_policies import dtype_policy

from tfgen.errors import TfgenError
from tfgen.evaluation.extractors import default_extractor, find_extractor
from tfgen.evaluation.sources import ImageSource
from tfgen.zoo import load


def test_a_classifier_of_the_zoo(zoo):
    extractor = find_extractor("dots_classifier")
    images = np.random.default_rng(0).uniform(-1, 1, (4, 6, 5, 1)).astype("float32")
    images = np.rint((images + 1) * 127.5).astype("float32") / 127.5 - 1
    model = load("dots_classifier")
    found = extractor(images)
    np.testing.assert_allclose(found.features, model.features(images), atol=1e-5)
    np.testing.assert_allclose(found.probabilities, model.classify(images), atol=1e-5)
    sha256 = hashlib.sha256((zoo / "dots_classifier" / "model.weights.h5").read_bytes()).hexdigest()
    assert (extractor.name, extractor.sha256) == ("dots_classifier", sha256)
    assert not extractor.is_standard


def test_options(zoo):
    extractor = find_extractor("dots_classifier", resizer="clean_bicubic", quantise=False)
    assert (extractor.resizer, extractor.quantise) == ("clean_bicubic", False)


@pytest.fixture
def half_precision():
    with dtype_policy("mixed_bfloat16") as policy:
        yield policy


def test_float32_under_any_policy(zoo, request):
    images = np.random.default_rng(0).uniform(-1, 1, (4, 6, 5, 1)).astype("float32")
    expected = find_extractor("dots_classifier")(images)
    policy = request.getfixturevalue("half_precision")
    found = find_extractor("dots_classifier")(images)
    np.testing.assert_array_equal(found.features, expected.features)
    np.testing.assert_array_equal(found.probabilities, expected.probabilities)
    assert keras.config.dtype_policy() is policy
    with pytest.raises(TfgenError):
        find_extractor("gan_dots")
    assert keras.config.dtype_policy() is policy


def test_a_keras_file_is_named_with_its_suffix(tmp_path):
    layers = [keras.Input((6, 5, 1)), keras.layers.Flatten(), keras.layers.Dense(3), keras.layers.Dense(2)]
    model = keras.Sequential(layers)
    model.save(tmp_path / "inception_2015.keras")
    assert find_extractor(str(tmp_path / "inception_2015.keras")).name == "inception_2015.keras"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("dots_clasifier", "there is no extractor 'dots_clasifier'; did you mean dots_classifier?"),
        ("inception", "there is no extractor 'inception'; did you mean inception_2015"),
        ("gan_dots", "gan_dots is a GAN; features are taken of classifiers"),
        ("inception_2015", "tfgen metrics fetch inception_2015"),
    ],
)
def test_what_is_no_extractor(zoo, name, sentence):
    with pytest.raises(TfgenError) as caught:
        find_extractor(name)
    assert sentence in str(caught.value)


def test_the_default_is_the_classifier_of_the_data_set_where_there_is_one(zoo, source):
    images = source().images
    assert default_extractor(ImageSource("dots:test", images, "dots", "test")) == "dots_classifier"
    assert default_extractor(ImageSource("photos:train", images, "photos", "train")) == "inception_2015"
