from itertools import permutations

import keras
import numpy as np
import pytest

from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.metrics import inception_score
from tfgen.models import ACGAN, InfoGAN, LabelledAdversarialAutoencoder
from tfgen.networks import conditional, mlp
from tfgen.priors import StructuredCodes

SHAPE = (12, 12, 1)


def conditional_model(method, num_classes=4):
    keras.utils.set_random_seed(0)
    generator = conditional.generator(SHAPE, 3, num_classes, base={"name": "mlp.generator", "hidden_dims": (5,)})
    return method(generator, mlp.discriminator(SHAPE, hidden_dims=(5,)), num_classes=num_classes)


@pytest.fixture(scope="module")
def acgan():
    """Of four classes, as the extractor's."""
    return conditional_model(ACGAN)


def test_inception_score(score, make_source, extractor):
    subject = make_source(seed=1)
    order = np.random.default_rng(0).permutation(40)
    expected = inception_score(extractor(from_uint8(subject.images.images)).probabilities[order], splits=4)
    found = score("is", subject, splits=4)["IS"]
    assert (found.value, found.standard_error) == (
        pytest.approx(expected.value, rel=1e-5),
        pytest.approx(expected.standard_error, rel=1e-3),
    )
    assert found.higher_is_better
    assert score("is", subject, splits=1)["IS"].standard_error is None


def test_inception_score_of_a_folder_that_comes_class_by_class(score, make_source):
    images = np.zeros((40, 12, 12, 1), np.uint8)
    images[:20, :6, :6] = 255
    images[20:, 6:, 6:] = 255
    in_order, mixed = (make_source(images=part) for part in (images, images[np.random.default_rng(1).permutation(40)]))
    values = [score("is", source, splits=2)["IS"].value for source in (in_order, mixed)]
    assert values[0] == pytest.approx(values[1], rel=0.05)


def test_modes(score, make_source):
    # The brightest quarter is the class: 30 images of the first, 10 of the last.
    images = np.zeros((40, 12, 12, 1), np.uint8)
    images[:30, :6, :6] = 255
    images[30:, 6:, 6:] = 255
    found = score("modes", make_source(images=images))
    assert found["modes"].value == 2
    assert found["KL to uniform"].value == pytest.approx(0.75 * np.log(3) + 0.25 * np.log(1))
    assert found["KL to uniform"].settings["class_shares"] == [0.75, 0, 0, 0.25]


def test_accuracy(score, make_source, classifier):
    reference = make_source()
    probabilities = classifier.predict(from_uint8(reference.images.images), verbose=0)
    share = (probabilities.argmax(axis=1) == reference.images.labels).mean()
    found = score("accuracy", classifier, reference)["accuracy"]
    assert found.value == pytest.approx(share)
    assert found.standard_error == pytest.approx(np.sqrt(share * (1 - share) / 40), rel=0.05)
    assert found.extractor is None
    assert found.subject == {"name": "model", "checkpoint_sha256": None, "seed": 0}
    assert found.reference["images"] == 40


def test_accuracy_needs_labels(score, make_source, classifier):
    with pytest.raises(TfgenError, match="noise:test has no labels; take a data set that has them"):
        score("accuracy", classifier, make_source(labels=False))


def test_accuracy_of_a_model_that_draws_too(score, make_source, acgan):
    reference = make_source()
    share = np.mean(np.argmax(acgan.classify(from_uint8(reference.images.images)), axis=1) == reference.images.labels)
    assert score("accuracy", acgan, reference)["accuracy"].value == pytest.approx(share)


def test_label_accuracy(score, acgan, monkeypatch):
    # Asked for 0, 1, 2, 3 in turn it draws 0, 1, 2, 2: the extractor's class is the brightest quarter.
    images = np.full((40, *SHAPE), -1, np.float32)
    for index, image in enumerate(images):
        row, column = divmod([0, 1, 2, 2][index % 4], 2)
        image[6 * row : 6 * row + 6, 6 * column : 6 * column + 6] = 1
    monkeypatch.setattr(acgan, "sample_batches", lambda n, **arguments: iter([images]))
    found = score("label_accuracy", acgan)["label accuracy"]
    assert found.value == pytest.approx(0.75)
    assert found.standard_error == pytest.approx(np.sqrt(0.75 * 0.25 / 40))
    assert found.settings["accuracy_by_class"] == [1, 1, 1, 0]
    assert found.higher_is_better
    assert found.extractor["name"] == "quarters"


def test_label_accuracy_needs_the_classifier_s_classes_and_a_model_that_takes_labels(score, gan):
    with pytest.raises(
        TfgenError, match="model knows 3 classes and quarters 4; choose a classifier of the same classes"
    ):
        score("label_accuracy", conditional_model(ACGAN, 3))
    with pytest.raises(TfgenError, match="LabelAccuracy asks a model with `num_classes`, and model is not one"):
        score("label_accuracy", gan)
    with pytest.raises(TfgenError, match="3 samples of model do not show its 4 classes; ask for more by --samples"):
        score("label_accuracy", conditional_model(ACGAN), count=3)


def test_label_accuracy_needs_samples_of_each_class(score):
    networks = mlp.encoder(SHAPE, 2), mlp.decoder(SHAPE, 2), mlp.discriminator((1, 1, 2 + 4))
    with pytest.raises(TfgenError, match=r"^label_accuracy is of samples of the classes in turn, and model draws"):
        score("label_accuracy", LabelledAdversarialAutoencoder(*networks, num_classes=4))


def info_gan(**codes):
    prior = StructuredCodes(**codes)
    generator = mlp.generator(SHAPE, prior.code_dim + 2, hidden_dims=(5,))
    return InfoGAN(generator, mlp.discriminator(SHAPE, hidden_dims=(5,)), prior=prior)


def test_code_accuracy(score, make_source, monkeypatch):
    # Q names categories 1, 2, 0 for classes 0, 1, 2, but for one image in four.
    reference = make_source()
    categories = (reference.images.labels + 1) % 3
    categories[::4] = 0
    model = info_gan(categories=(3,), continuous=1)
    codes = np.hstack([np.eye(3)[categories], np.full((40, 1), 5.0)])
    monkeypatch.setattr(model, "in_batches", lambda name, images: iter([codes]))
    found = score("code_accuracy", model, reference)["code accuracy"]
    assert found.value == pytest.approx(np.mean(categories == (reference.images.labels + 1) % 3))
    assert found.settings["class_of_category"] == [2, 0, 1]
    assert found.extractor is None


def test_code_accuracy_of_a_real_model(score, make_source):
    model, reference = info_gan(categories=(3, 2), continuous=0), make_source()
    categories = np.argmax(model.codes(from_uint8(reference.images.images))[:, :3], axis=1)
    assert len({*categories}) > 1
    found = score("code_accuracy", model, reference)["code accuracy"].value
    # The best of all ways to call three categories three classes.
    shares = [np.mean(np.array(order)[categories] == reference.images.labels) for order in permutations(range(3))]
    assert found == pytest.approx(max(shares))


def test_code_accuracy_needs_categories(score):
    with pytest.raises(TfgenError, match="model has no categorical code, so there are no categories to be classes"):
        score("code_accuracy", info_gan(categories=(), continuous=1))
