import numpy as np
import pytest

from tfgen.data.pictures import from_uint8
from tfgen.metrics import (
    frechet_distance,
    improved_precision_recall,
    kernel_distance,
    manifold_scores,
    moments,
    prd_curve,
    prd_f_beta,
)


@pytest.fixture
def pair(make_source, extractor):
    real, generated = make_source(), make_source(seed=1)
    return generated, [extractor(from_uint8(source.images.images)).features for source in (real, generated)]


def values(found):
    return [(name, result.value) for name, result in found.items()]


def test_fid(score, pair):
    found = score("fid", pair[0])
    assert values(found) == [("FID", pytest.approx(frechet_distance(*map(moments, pair[1])), rel=1e-6))]


def test_kid(score, pair):
    expected = kernel_distance(*pair[1], subset_size=10)
    found = score("kid", pair[0], subset_size=10)["KID"]
    assert (found.value, found.standard_error) == (
        pytest.approx(expected.value),
        pytest.approx(expected.standard_error),
    )


def test_prd(score, pair):
    expected = prd_f_beta(prd_curve(*pair[1], clusters=5, runs=2))
    found = score("prd", pair[0], clusters=5, runs=2)
    assert values(found) == [("PRD F8", pytest.approx(expected.f_8)), ("PRD F1/8", pytest.approx(expected.f_1_8))]


def test_pr(score, pair):
    expected = improved_precision_recall(*pair[1], k=2)
    found = score("pr", pair[0], k=2)
    assert values(found) == [("precision", expected.precision), ("recall", expected.recall)]


def test_prdc(score, pair):
    expected = manifold_scores(*pair[1])
    found = score("prdc", pair[0])
    assert values(found) == list(expected._asdict().items())
    assert all(result.higher_is_better for result in found.values())


def test_precision_is_of_the_subject_and_recall_of_the_reference(score, make_source):
    images = np.random.default_rng(0).integers(0, 256, (40, 12, 12, 1), np.uint8)
    some = make_source(images=np.repeat(images[:4], 10, axis=0))
    found = score("pr", some, reference=make_source(images=images))
    assert found["precision"].value == 1
    assert found["recall"].value < 0.3
