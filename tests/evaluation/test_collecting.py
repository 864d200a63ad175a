import numpy as np
import pytest

from tfgen.data.pictures import from_uint8
from tfgen.errors import TfgenError
from tfgen.evaluation.collecting import collect


class Given:
    """A source of given batches."""

    label = "given"

    def __init__(self, *batches):
        self.given = batches

    def batches(self, count, batch_size):
        yield from self.given


def test_one_pass_keeps_what_is_needed(source, extractor):
    needs = frozenset({"moments", "features", "probabilities", "images"})
    found = collect(source(), 40, needs, extractor, batch_size=7)
    images = from_uint8(source().images.images)
    expected = extractor(images)
    np.testing.assert_array_equal(found.images, images)
    np.testing.assert_allclose(found.features, expected.features, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.probabilities, expected.probabilities, rtol=1e-5)
    np.testing.assert_allclose(found.moments.mean, expected.features.mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(found.moments.covariance, np.cov(expected.features, rowvar=False), rtol=1e-4)
    assert found.count == found.moments.count == 40


def test_what_is_not_needed_is_not_kept(source, extractor):
    found = collect(source(), 40, frozenset({"moments"}), extractor)
    assert (found.features, found.probabilities, found.images) == (None, None, None)


def test_samples_are_rounded_to_bytes_unless_told_otherwise(extractor):
    images = np.random.default_rng(0).uniform(-1, 1, (5, 6, 5, 1)).astype("float32")
    found = collect(Given(images), 5, frozenset({"images"}), extractor)
    assert 0 < np.abs(found.images - images).max() <= 0.5 / 127.5 + 1e-6
    levels = (found.images + 1) * 127.5
    np.testing.assert_allclose(levels, np.rint(levels), atol=1e-4)


def test_values_that_are_not_finite(extractor):
    images = np.zeros((3, 6, 5, 1), np.float32)
    images[1, 2, 3] = np.nan
    for needs in ({"images"}, {"moments"}):
        with pytest.raises(TfgenError, match="the images of given have values that are not finite; did the trai"):
            collect(Given(images), 3, frozenset(needs), extractor)


def test_fewer_images_than_asked_for(extractor):
    images = np.zeros((3, 6, 5, 1), np.float32)
    with pytest.raises(TfgenError, match="given gave 3 images and 5 were asked for"):
        collect(Given(images), 5, frozenset({"moments"}), extractor)
