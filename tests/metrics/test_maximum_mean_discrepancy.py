"""The estimate against loops and a closed form; the test's p-values under the hypothesis and off it."""

import itertools

import numpy as np
import pytest
from scipy import stats

from tfgen.metrics.maximum_mean_discrepancy import (
    gaussian_kernel,
    inverse_multiquadric_kernel,
    squared_mmd,
    two_sample_test,
)

RNG = np.random.default_rng(0)
FIRST, SECOND = RNG.normal(size=(7, 3)), RNG.normal(0.5, 2, size=(9, 3))


def by_loops(kernel, first, second):
    def among(rows):
        return np.mean([kernel(x, y) for i, x in enumerate(rows) for j, y in enumerate(rows) if i != j])

    return among(first) + among(second) - 2 * np.mean([kernel(x, y) for x in first for y in second])


def median_squared_distance(*samples):
    rows = np.concatenate(samples)
    return np.median([np.sum((x - y) ** 2) for x, y in itertools.combinations(rows, 2)])


def test_gaussian_against_loops():
    median = median_squared_distance(FIRST, SECOND)
    expected = by_loops(lambda x, y: np.exp(-np.sum((x - y) ** 2) / (2 * median)), FIRST, SECOND)
    assert squared_mmd(FIRST, SECOND) == pytest.approx(expected, rel=1e-10)
    assert squared_mmd(FIRST, SECOND, gaussian_kernel) == squared_mmd(FIRST, SECOND)


def test_inverse_multiquadric_against_loops():
    median = median_squared_distance(FIRST, SECOND)
    expected = by_loops(lambda x, y: median / (median + np.sum((x - y) ** 2)), FIRST, SECOND)
    assert squared_mmd(FIRST, SECOND, inverse_multiquadric_kernel) == pytest.approx(expected, rel=1e-10)


def test_a_kernel_of_one_s_own_and_its_expectation():
    # Of x ~ N(0, 1), y ~ N(1, 1) and exp(-d^2 / 2): E k = exp(-shift^2 / 6) / sqrt(3).
    samples = [(RNG.normal(size=(50, 1)), RNG.normal(1, size=(40, 1))) for _ in range(300)]
    values = np.array([squared_mmd(*pair, lambda squared: np.exp(-squared / 2)) for pair in samples])
    expected = 2 * (1 - np.exp(-1 / 6)) / np.sqrt(3)
    assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(len(values))


def test_the_p_value_is_the_share_of_all_dealings():
    first, second = RNG.normal(size=(4, 2)), RNG.normal(1, size=(4, 2))
    median = median_squared_distance(first, second)
    rows = np.concatenate([first, second])

    def estimate(chosen):
        others = [row for row in range(8) if row not in chosen]
        return by_loops(lambda x, y: np.exp(-np.sum((x - y) ** 2) / (2 * median)), rows[list(chosen)], rows[others])

    observed = estimate(range(4))
    exact = np.mean([estimate(chosen) >= observed - 1e-12 for chosen in itertools.combinations(range(8), 4)])
    found = two_sample_test(first, second, permutations=20_000)
    assert found.squared_mmd == pytest.approx(observed, rel=1e-10)
    assert found.p_value == pytest.approx(exact, abs=4 * np.sqrt(exact / 20_000))


def test_p_values_are_uniform_under_the_hypothesis():
    found = [two_sample_test(*RNG.normal(size=(2, 20, 3)), permutations=99, seed=seed).p_value for seed in range(400)]
    assert stats.kstest(found, stats.uniform.cdf).pvalue > 0.01


@pytest.mark.parametrize(
    "other",
    [lambda rows: rows + 0.5, lambda rows: 1.6 * rows, lambda rows: rows[:, [0, 0]]],
    ids=["shifted", "wider", "on a line"],
)
def test_other_distributions_are_told_apart(other):
    first, second = RNG.normal(size=(150, 2)), other(RNG.normal(size=(120, 2)))
    found = two_sample_test(first, second, permutations=199)
    assert found.p_value == 1 / 200
    assert found.squared_mmd > 0
    assert [type(number) for number in found] == [float, float]


def test_a_seed_decides_the_permutations():
    first, second = RNG.normal(size=(2, 30, 2))
    found = two_sample_test(first, second, permutations=250)
    assert found == two_sample_test(first, second, permutations=250, seed=0)
    assert found.p_value != two_sample_test(first, second, permutations=250, seed=1).p_value
    assert 0 < two_sample_test(first, first, permutations=10).p_value <= 1


def test_float32_is_computed_in_float64():
    first, second = FIRST.astype("float32"), SECOND.astype("float32")
    assert squared_mmd(first, second) == squared_mmd(first.astype("float64"), second.astype("float64"))


@pytest.mark.parametrize(
    ("first", "second", "permutations", "sentence"),
    [
        (FIRST, SECOND, 0, "permutations is 0; a test deals the rows anew once or more"),
        (FIRST[:1], SECOND, 9, r"the first sample's rows are 1 row\(s\); a score of a distribution needs 2 or more"),
        (FIRST, SECOND[:, :2], 9, "the first sample's rows are 3 wide and the second's 2; a test compares vectors of"),
        (FIRST, SECOND * np.nan, 9, "the second sample's rows have values that are not finite"),
        (np.ones((3, 2)), np.ones((4, 2)), 9, "all rows of both samples are equal; there is no distance"),
    ],
    ids=["no permutations", "one row", "other width", "not finite", "all equal"],
)
def test_what_cannot_be_tested_is_refused(first, second, permutations, sentence):
    with pytest.raises(ValueError, match=sentence):
        two_sample_test(first, second, permutations=permutations)
