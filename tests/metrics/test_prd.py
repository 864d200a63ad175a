import numpy as np
import pytest

from tfgen.metrics import PRDCurve, prd_curve, prd_f_beta, prd_from_histograms

RNG = np.random.default_rng(0)


def test_equal_distributions():
    p = RNG.dirichlet(np.ones(9))
    curve = prd_from_histograms(p, p)
    assert (curve.recall[500], curve.precision[500]) == (pytest.approx(1), pytest.approx(1))
    assert curve.recall.max() <= 1
    assert curve.precision.max() <= 1
    assert prd_f_beta(curve) == pytest.approx((1, 1))


def test_rounding_does_not_lead_above_1():
    curves = [prd_from_histograms([1] * n, [1] * n, angles=3) for n in range(1, 200)]
    assert np.max(curves) == 1
    assert max(max(prd_f_beta(curve)) for curve in curves) == pytest.approx(1)


def test_disjoint_distributions():
    curve = prd_from_histograms([0.5, 0.5, 0, 0], [0, 0, 0.9, 0.1])
    assert not np.any(curve)
    assert prd_f_beta(curve) == (0, 0)


@pytest.mark.parametrize(
    ("p", "q", "recall", "precision"),
    [
        ([0.5, 0.5], [1, 0], 0.5, 1),  # A mode dropped.
        ([1, 0], [0.5, 0.5], 1, 0.5),  # A mode invented.
        ([0.5, 0.5, 0], [0, 0.5, 0.5], 0.5, 0.5),  # Both.
        ([0.25, 0.75, 0], [0.3, 0, 0.7], 0.25, 0.3),
        ([0.9, 0.1], [0.1, 0.9], 1, 1),  # The same support, unevenly.
    ],
)
def test_the_ends_are_the_shares_of_the_common_support(p, q, recall, precision):
    curve = prd_from_histograms(p, q)
    assert curve.recall[0] == curve.recall.max() == pytest.approx(recall)
    assert curve.precision[-1] == curve.precision.max() == pytest.approx(precision)
    assert curve.precision[0] == pytest.approx(0, abs=1e-9)
    assert curve.recall[-1] == pytest.approx(0, abs=1e-9)


def test_two_states_by_hand():
    # Slopes tan(pi/6), 1, tan(pi/3) at angles 2, 3, 4 of 7.
    curve = prd_from_histograms([0.9, 0.1], [0.5, 0.5], angles=7)
    root = np.sqrt(3)
    np.testing.assert_allclose(curve.precision[2:5], [0.5 + 0.1 / root, 0.6, 0.5 + 0.1 * root])
    np.testing.assert_allclose(curve.recall[2:5], [0.5 * root + 0.1, 0.6, 0.5 / root + 0.1])


def test_properties_of_every_curve():
    p, q = RNG.dirichlet(np.ones(12), size=2)
    curve, swapped = prd_from_histograms(p, q), prd_from_histograms(q, p)
    assert (np.diff(curve.recall) <= 0).all()
    assert (np.diff(curve.precision) >= 0).all()
    np.testing.assert_allclose(curve.recall, swapped.precision[::-1], rtol=1e-6)
    # At slope 1 both are 1 less the total variation.
    total_variation = np.abs(p - q).sum() / 2
    assert (curve.recall[500], curve.precision[500]) == pytest.approx((1 - total_variation, 1 - total_variation))


def test_counts_are_distributions():
    np.testing.assert_allclose(prd_from_histograms([9, 1], [30, 30]), prd_from_histograms([0.9, 0.1], [0.5, 0.5]))


def test_f_beta_by_hand():
    curve = PRDCurve(recall=np.array([0.8, 0.0]), precision=np.array([0.3, 0.0]))
    assert prd_f_beta(curve) == pytest.approx((65 * 0.24 / (64 * 0.3 + 0.8), 65 / 64 * 0.24 / (0.3 / 64 + 0.8)))
    # The largest of each along the curve.
    curve = PRDCurve(recall=np.array([0.8, 0.1]), precision=np.array([0.1, 0.8]))
    largest = 65 * 0.08 / (64 * 0.1 + 0.8)
    assert prd_f_beta(curve) == pytest.approx((largest, largest))


def modes(n, weights):
    return RNG.choice(len(weights), size=n, p=weights)[:, None] * 10.0 + RNG.normal(0, 0.1, size=(n, 3))


def test_clusters_find_the_histograms():
    reference, generated = modes(120, [0.25] * 4), modes(120, [0.5, 0.5, 0, 0])
    curve = prd_curve(reference, generated, clusters=4, runs=3)
    p, q = (np.bincount(np.rint(rows.mean(axis=1) / 10).astype(int), minlength=4) for rows in (reference, generated))
    np.testing.assert_allclose(curve, prd_from_histograms(p, q))
    assert curve.recall.shape == curve.precision.shape == (1001,)


def test_directions():
    reference = modes(120, [0.25] * 4)
    dropped = prd_f_beta(prd_curve(reference, modes(120, [0.5, 0.5, 0, 0]), runs=2))
    invented = prd_f_beta(prd_curve(reference, modes(120, [0.125] * 4 + [0.5]), runs=2))
    equal = prd_f_beta(prd_curve(reference, modes(120, [0.25] * 4), runs=2))
    assert dropped.f_8 < 0.6 < 0.8 < dropped.f_1_8
    assert invented.f_1_8 < 0.6 < 0.8 < invented.f_8
    assert min(equal) > 0.9
    assert all(type(score) is float for score in equal)


def test_seeds():
    sets = RNG.normal(size=(120, 3)), RNG.normal(0.5, 1, size=(120, 3))
    first, again, other = (prd_curve(*sets, angles=5, runs=2, seed=seed) for seed in (1, 1, 2))
    assert all(map(np.array_equal, first, again))
    assert not np.array_equal(first.recall, other.recall)


def test_the_curve_is_the_mean_of_the_runs(monkeypatch):
    from tfgen.metrics import prd

    histograms, real = [], prd.prd_from_histograms
    monkeypatch.setattr(
        prd, "prd_from_histograms", lambda p, q, angles: histograms.append((p, q)) or real(p, q, angles=angles)
    )
    curve = prd_curve(RNG.normal(size=(100, 3)), RNG.normal(size=(100, 3)), angles=7, runs=4)
    assert [(p.sum(), q.sum()) for p, q in histograms] == [(100, 100)] * 4
    assert len({tuple(p) for p, _ in histograms}) > 1
    np.testing.assert_allclose(curve, np.mean([real(p, q, angles=7) for p, q in histograms], axis=0))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([1, 2], [1, 2, 3]), "the reference histogram has 2 states and the generated one 3"),
        (([1, -1], [1, 2]), "the reference histogram of shape \\(2,\\) is no distribution; it takes finite"),
        (([1, 1], [0, 0]), "the generated histogram of shape"),
        (([1, 1], [np.nan, 0]), "the generated histogram of shape"),
        (([[1, 1]], [1, 0]), "the reference histogram of shape \\(1, 2\\)"),
        (([], []), "the reference histogram of shape \\(0,\\)"),
    ],
)
def test_what_is_no_histogram_is_refused(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        prd_from_histograms(*arguments)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"clusters": 0}, "clusters is 0 and runs 10; take 1 to 20 clusters and at least 1 run"),
        ({"clusters": 21}, "clusters is 21 and runs 10; take 1 to 20"),
        ({"runs": 0}, "clusters is 20 and runs 0"),
        ({"angles": 2}, "angles is 2; a curve has at least 3"),
    ],
)
def test_numbers_out_of_range(options, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        prd_curve(RNG.normal(size=(10, 2)), RNG.normal(size=(10, 2)), **options)


def test_sets_of_different_sizes():
    with pytest.raises(ValueError, match="there are 10 reference rows and 8 generated ones; PRD takes as many of each"):
        prd_curve(RNG.normal(size=(10, 2)), RNG.normal(size=(8, 2)))
