import keras
import numpy as np
import pytest
from contract import BATCH_SIZE, ImageModelContract

from tfgen.models import Classifier
from tfgen.networks import mlp, vgg

CLASSES = 3


class TestClassifier(ImageModelContract):
    log_names = ("loss", "accuracy")

    def make(self, **compile_arguments):
        model = Classifier(vgg.encoder((8, 8, 1), 5, width=2), CLASSES)
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model

    def without_batch_statistics(self):
        keras.utils.set_random_seed(0)
        model = Classifier(mlp.encoder((8, 8, 1), 5, hidden_dims=(6,)), CLASSES)
        model.compile(keras.optimizers.Adam(1e-3))
        return model

    def data(self, model, count=3 * BATCH_SIZE):
        return self.images(model, count), np.arange(count) % CLASSES

    def outputs(self, model):
        return next(model.in_batches("serving_default", self.images(model)))

    def served(self, model, n, values):
        images = values["images"]
        return {"serving_default": model.predict(images, verbose=0), "features": model.features(images)}


def _model():
    keras.utils.set_random_seed(0)
    model = Classifier(vgg.encoder((8, 8, 1), 5, width=2), CLASSES)
    model.compile("adam")
    return model


def _images(n):
    return np.random.default_rng(0).uniform(-1, 1, (n, 8, 8, 1)).astype("float32")


def test_probabilities_are_the_softmax_of_a_linear_function_of_the_features():
    model = _model()
    features = np.asarray(model.features(_images(4)), np.float64)
    kernel, bias = (np.asarray(weight, np.float64) for weight in model.head.weights)
    exponentials = np.exp(features @ kernel + bias)
    expected = exponentials / exponentials.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.classify(_images(4)), expected, rtol=1e-5)
    assert model.feature_dim == 5


def test_the_loss_is_the_negative_log_probability_of_the_label():
    model = _model()
    images, labels = _images(6), np.array([0, 1, 2, 0, 1, 2])
    probabilities = np.asarray(model.classify(images))
    losses = model.evaluate(images, labels, verbose=0, return_dict=True)
    assert losses["loss"] == pytest.approx(-np.log(probabilities[np.arange(6), labels]).mean(), rel=1e-5)
    assert losses["accuracy"] == pytest.approx((probabilities.argmax(axis=1) == labels).mean())


def test_it_learns_which_half_is_bright():
    model = _model()
    labels = np.arange(60) % 2
    images = np.full((60, 8, 8, 1), -1.0, "float32")
    for image, label in zip(images, labels, strict=True):
        image[:, 4 * label : 4 * label + 4] = 1
    model.fit(images, labels, batch_size=20, epochs=80, verbose=0)
    assert model.evaluate(images, labels, verbose=0, return_dict=True)["accuracy"] == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"num_classes": 1}, "num_classes is 1; it is 2 or more"),
        (
            {"encoder": keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)])},
            r"the encoder gives \(6, 6, 2\) an image; a classifier's gives a vector",
        ),
    ],
)
def test_what_cannot_be_a_classifier(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Classifier(**{"encoder": vgg.encoder((8, 8, 1), 5, width=2), "num_classes": 3, **arguments})


def test_labels_are_needed():
    with pytest.raises(ValueError, match=r"trained on \(images, labels\), and no labels were given"):
        _model().objective(_images(2), None, training=True)


def test_bytes_are_refused():
    with pytest.raises(ValueError, match="images are uint8; the model takes float32"):
        _model().classify(np.zeros((2, 8, 8, 1), np.uint8))
