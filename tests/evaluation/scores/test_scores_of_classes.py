import numpy as np
import pytest

from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.metrics import inception_score


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
