from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import tensorflow as tf
from scipy import linalg

from tfgen.metrics import Moments, RunningMoments, frechet_distance, moments

RNG = np.random.default_rng(0)


def rotation(d):
    return linalg.qr(RNG.normal(size=(d, d)))[0]


def centred(covariance, mean=None):
    return Moments(100, np.zeros(len(covariance)) if mean is None else mean, covariance)


def root_trace(first, second):
    """The part of the distance that is hard, as the library's distance implies it."""
    return (np.trace(first) + np.trace(second) - frechet_distance(centred(first), centred(second))) / 2


def by_matrix_square_root(first, second):
    """The textbook's formula; right only where the product of the covariances is far from singular."""
    root = linalg.sqrtm(first.covariance @ second.covariance)
    return np.square(first.mean - second.mean).sum() + np.trace(first.covariance + second.covariance - 2 * root.real)


# Moments.


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_moments_are_numpys(dtype):
    features = RNG.normal(scale=50, size=(30, 4)).astype(dtype)
    for given in (features, tf.constant(features)):
        found = moments(given)
        assert found.count == 30
        assert found.mean.dtype == found.covariance.dtype == np.float64
        np.testing.assert_allclose(found.mean, features.mean(0, dtype="float64"), rtol=1e-12)
        np.testing.assert_allclose(found.covariance, np.cov(features, rowvar=False, dtype="float64"), rtol=1e-12)


@pytest.mark.parametrize("sizes", [[1] * 20, [20], [1, 19], [19, 1], [7, 1, 1, 11], [2, 2, 16]])
def test_batches_of_any_size_make_the_same_moments(sizes):
    features = RNG.normal(size=(20, 3)) * [1, 10, 0.1] + [1, 100, 0]
    running = RunningMoments()
    for batch in np.split(features, np.cumsum(sizes)[:-1]):
        running.update(batch)
    assert running.result().count == 20
    np.testing.assert_allclose(running.result().mean, features.mean(0), rtol=1e-13)
    np.testing.assert_allclose(running.result().covariance, np.cov(features, rowvar=False), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_mean_large_against_the_deviations_loses_nothing(size):
    # Exact in float64, with and without the shift, which E[x^2] - E[x]^2 would not survive.
    features = RNG.integers(-8, 9, size=(1000, 3)) / 8.0
    running = RunningMoments()
    for start in range(0, 1000, size):
        running.update(features[start : start + size] + 2.0**24)
    np.testing.assert_allclose(running.result().covariance, np.cov(features, rowvar=False), atol=1e-8)


def test_a_result_does_not_change_with_what_comes_later():
    running = RunningMoments()
    running.update(RNG.normal(size=(5, 2)))
    result = running.result()
    mean, covariance = result.mean.copy(), result.covariance.copy()
    running.update(RNG.normal(size=(5, 2)))
    np.testing.assert_array_equal(result.mean, mean)
    np.testing.assert_array_equal(result.covariance, covariance)
    assert not np.array_equal(running.result().mean, mean)


def test_running_moments_refuse():
    running = RunningMoments()
    with pytest.raises(ValueError, match=r"only 0 feature\(s\) came; a covariance needs 2 or more"):
        running.result()
    running.update(np.zeros((1, 2)))
    with pytest.raises(ValueError, match=r"only 1 feature\(s\) came"):
        running.result()
    with pytest.raises(ValueError, match="features are 3 wide and those before 2; take all from the same layer"):
        running.update(np.zeros((1, 3)))
    for features in (np.array([[np.nan, 0]]), np.array([[np.nan, 0], [1, 2]])):
        with pytest.raises(ValueError, match="features have values that are not finite"):
            running.update(features)
    for features in (np.zeros((0, 2)), np.zeros(2)):
        with pytest.raises(ValueError, match=r"^features are "):
            running.update(features)
    running.update(np.zeros((1, 2)))
    assert running.result().count == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ((1, np.zeros(2), np.eye(2)), "count is 1; a covariance needs 2 features or more"),
        ((9, np.zeros(2), np.eye(3)), r"mean is \(2,\) and covariance \(3, 3\); they must be \(d,\) and \(d, d\)"),
        ((9, np.zeros((2, 1)), np.eye(2)), r"mean is \(2, 1\)"),
        ((9, np.array([0, np.nan]), np.eye(2)), "mean or covariance has values that are not finite"),
        ((9, np.zeros(2), np.diag([1, np.inf])), "mean or covariance has values that are not finite"),
        ((9, np.zeros(2), np.array([[1, 0.5], [0, 1]])), "covariance is not symmetric"),
    ],
)
def test_what_are_no_moments_is_refused(fields, sentence):
    with pytest.raises(ValueError, match=sentence):
        Moments(*fields)


def test_moments_are_frozen_float64():
    found = Moments(3, [0, 1], [[1, 0], [0, 1]])
    assert found.mean.dtype == found.covariance.dtype == np.float64
    with pytest.raises(FrozenInstanceError):
        found.count = 4


def test_one_row_has_no_moments():
    with pytest.raises(ValueError, match="a score of a distribution needs 2 or more"):
        moments(np.zeros((1, 4)))


# The distance, against closed forms.


def test_means_alone():
    covariance = np.cov(RNG.normal(size=(5, 50)))
    distance = frechet_distance(centred(covariance), centred(covariance, np.arange(5.0)))
    assert distance == pytest.approx(0 + 1 + 4 + 9 + 16, rel=1e-12)


def test_one_dimension():
    first, second = Moments(9, [1.0], [[4.0]]), Moments(9, [3.0], [[9.0]])
    assert frechet_distance(first, second) == pytest.approx((3 - 1) ** 2 + (3 - 2) ** 2, rel=1e-14)


@pytest.mark.parametrize("decades", [0, 2, 6, 12])
def test_covariances_that_commute(decades):
    # tr (C1 C2)^(1/2) is the sum of the roots of the products of the eigenvalues.
    first, second = np.logspace(0, -decades, 40), RNG.permutation(np.logspace(0, -decades, 40))
    for base in (np.eye(40), rotation(40)):
        found = root_trace((base * first) @ base.T, (base * second) @ base.T)
        assert found == pytest.approx(np.sqrt(first * second).sum(), abs=1e-8 * (first + second).sum())
        found = root_trace((base * first) @ base.T, (base * first) @ base.T)
        assert found == pytest.approx(first.sum(), rel=1e-12)


def test_covariances_that_do_not_commute():
    # Of a 2 x 2 matrix M with eigenvalues from 0 on, tr M^(1/2) = (tr M + 2 (det M)^(1/2))^(1/2).
    firsts, seconds = (np.einsum("bij,bkj->bik", a, a) for a in RNG.normal(size=(2, 10, 2, 2)))
    products = firsts @ seconds
    expected = np.sqrt(np.trace(products, axis1=1, axis2=2) + 2 * np.sqrt(np.linalg.det(products))).sum()
    base = rotation(20)
    first, second = (base @ linalg.block_diag(*blocks) @ base.T for blocks in (firsts, seconds))
    assert not np.allclose(first @ second, second @ first)
    assert root_trace(first, second) == pytest.approx(expected, rel=1e-12)


def test_rank_one():
    # With C1 = u u', tr (C1 C2)^(1/2) = (u' C2 u)^(1/2).
    vector, second = RNG.normal(size=30), np.cov(RNG.normal(size=(30, 90)))
    expected = np.sqrt(vector @ second @ vector)
    assert root_trace(np.outer(vector, vector), second) == pytest.approx(expected, rel=1e-12)
    assert root_trace(second, np.outer(vector, vector)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("shared", [0, 1, 20, 60])
def test_projections_that_share_some_directions(shared):
    # Both of rank 60 of 150, and the product of rank `shared`: each other direction has to count as 0, not as 1e-8.
    base = rotation(150)
    first, second = base[:, :60], base[:, 60 - shared : 120 - shared]
    found = root_trace(first @ first.T, second @ second.T)
    assert found == pytest.approx(shared, abs=1e-12)


@pytest.mark.parametrize("scales", [np.ones(120), np.logspace(0, -5, 120)])
def test_fewer_samples_than_dimensions(scales):
    # tr (C1 C2)^(1/2) is the sum of the singular values of X1 X2', the features about their means, with no square root.
    first, second = (RNG.normal(size=(n, 120)) * scales @ rotation(120) for n in (30, 50))
    products = (first - first.mean(0)) @ (second - second.mean(0)).T / np.sqrt(29 * 49)
    expected = linalg.svdvals(products).sum()
    assert root_trace(np.cov(first, rowvar=False), np.cov(second, rowvar=False)) == pytest.approx(expected, rel=1e-12)


def test_a_small_distance_keeps_its_digits():
    # (a - b)^2 for each eigenvalue: 2.5e-13 of the covariances' traces in all.
    values = np.logspace(0, -3, 50)
    base = rotation(50)
    first, second = (base * values) @ base.T, (base * (values * (1 + 1e-6) ** 2)) @ base.T
    assert frechet_distance(centred(first), centred(second)) == pytest.approx(1e-12 * values.sum(), rel=0.1)


@pytest.mark.parametrize("n", [5, 60, 2000])
def test_equal_moments_are_not_apart(n):
    for scales in (np.ones(50), np.logspace(3, -5, 50)):
        same = moments(RNG.normal(size=(n, 50)) * scales @ rotation(50))
        assert 0 <= frechet_distance(same, same) < 1e-12 * np.trace(same.covariance)


def test_features_that_never_vary():
    nothing, unit = centred(np.zeros((3, 3))), centred(np.eye(3))
    assert frechet_distance(nothing, nothing) == 0
    assert frechet_distance(nothing, unit) == frechet_distance(unit, nothing) == 3
    half = np.diag([4.0, 0.0, 0.0])
    assert frechet_distance(centred(half), unit) == pytest.approx((2 - 1) ** 2 + 1 + 1, rel=1e-14)


# The distance, against SciPy's matrix square root.


@pytest.mark.parametrize("n", [60, 1000])
def test_textbook_formula(n):
    mix = RNG.normal(size=(50, 50))
    first, second = moments(RNG.normal(size=(n, 50)) @ mix), moments(RNG.normal(0.1, 1.2, size=(n, 50)) @ mix)
    expected = by_matrix_square_root(first, second)
    assert frechet_distance(first, second) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(second, first) == pytest.approx(expected, rel=1e-9)


def test_textbook_formula_as_far_as_it_holds_with_fewer_samples_than_dimensions():
    # Here sqrtm is the one that is off: test_fewer_samples_than_dimensions has the exact values.
    first, second = moments(RNG.normal(size=(30, 60))), moments(RNG.normal(size=(40, 60)))
    assert frechet_distance(first, second) == pytest.approx(by_matrix_square_root(first, second), rel=1e-6)


# What is refused.


def test_widths_must_agree():
    with pytest.raises(ValueError, match="reference features are 2 wide and generated ones 3; take both from"):
        frechet_distance(centred(np.eye(2)), centred(np.eye(3)))


@pytest.mark.parametrize("covariance", [[[1, 2], [2, 1]], [[-1, 0], [0, -1]], [[1, 0], [0, -1e-3]]])
def test_what_is_no_covariance_is_refused(covariance):
    with pytest.raises(ValueError, match="a covariance has negative eigenvalues"):
        frechet_distance(centred(np.array(covariance)), centred(np.eye(2)))
