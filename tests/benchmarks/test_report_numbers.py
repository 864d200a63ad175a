"""The numbers of a report, against closed forms, by hand and by simulation."""

import numpy as np
import pytest
from made_up_study import POLYGON_SCORES, SCORE, made_up_row
from scipy import stats

from benchmarks.created_equal.report.budgets import budget, f1_budgets, score_budgets
from benchmarks.created_equal.report.costs import cost
from benchmarks.created_equal.report.hyperparameters import correlations, varied
from benchmarks.created_equal.report.polygons import best_f1
from benchmarks.created_equal.report.searches import Study
from benchmarks.created_equal.report.summaries import Spread, difference_of_means, spread, without_outliers
from benchmarks.created_equal.spec import find_spec
from benchmarks.created_equal.trials import Trial
from benchmarks.created_equal.words import mean_and_deviation, number, plain, seconds


def expected_minimum(values, draws):
    """Of draws with replacement: the i-th smallest of n, i from 0, is it with probability (1-i/n)^b - (1-(i+1)/n)^b."""
    left = 1 - np.arange(len(values) + 1) / len(values)
    return float(np.sort(values) @ (left[:-1] ** draws - left[1:] ** draws))


@pytest.mark.parametrize("count", [1, 2, 12, 100])
def test_the_bootstrap_against_its_closed_form(count):
    values = np.random.default_rng(1).lognormal(3, 1, count)
    found = budget(values)
    assert found.mean.shape == (count,)
    expected = [expected_minimum(values, draws) for draws in range(1, count + 1)]
    np.testing.assert_allclose(found.mean, expected, rtol=0.08)


def test_the_bands_are_percentiles():
    values = np.arange(1.0, 101.0)
    found = budget(values)
    for draws in (1, 5, 20):
        # Of b draws from 1 to 100 the minimum is at most m with probability 1 - (1 - m/100)^b.
        low, high = (100 * (1 - (1 - share) ** (1 / draws)) for share in (0.16, 0.84))
        assert found.low[draws - 1] == pytest.approx(low, abs=2)
        assert found.high[draws - 1] == pytest.approx(high, abs=3)


def test_the_bootstrap_draws_with_replacement_and_the_same_every_time():
    values = np.random.default_rng(1).normal(50, 9, 12)
    np.testing.assert_array_equal(budget(values).mean, budget(values).mean)
    # All of 12 are drawn in 12 draws but rarely: the lowest is missing in (11/12)^12, 35 %, of the resamples.
    assert budget(values).high[-1] > values.min()
    assert (budget(values, seed=1).mean != budget(values).mean).any()


def row(number, method="ns_gan", value=10.0, status="done", f1=None, **others):
    drawn = {"learning_rate": 10.0**-number, "beta_1": 0.5, "batch_norm": bool(number % 2)}
    trial = Trial(number, "search", "polygons", method, number, 0, drawn)
    values = {SCORE: value, **(dict.fromkeys(POLYGON_SCORES, f1) if f1 is not None else {})}
    return made_up_row(trial, {} if value is None else {600: values}, status=status, **others)


def the_search(rows):
    (found,) = Study(find_spec("quick"), rows).searches
    return found


def by_key(found):
    return {method.key: each for method, each in found.items()}


def test_what_diverged_counts_as_the_worst_and_what_failed_not_at_all():
    rows = [row(0, value=10.0), row(1, value=None, status="diverged"), row(2, value=None, status="failed")]
    found = by_key(score_budgets(the_search([*rows, row(3, "vae", value=90.0)])))["ns_gan"]
    expected = [expected_minimum([10.0, 90.0], draws) for draws in (1, 2)]
    np.testing.assert_allclose(found.mean, expected, rtol=0.05)


def test_a_failed_trial_s_checkpoints_count_nowhere():
    rows = [row(0, value=10.0, f1=0.2), row(1, value=1.0, f1=0.9, status="failed"), row(2, "vae", value=90.0)]
    assert by_key(score_budgets(the_search(rows)))["ns_gan"].mean.tolist() == [10.0]
    assert by_key(f1_budgets(the_search(rows)))["ns_gan"].mean == pytest.approx([0.2])
    assert best_f1(rows[0]).f1 == 0.2
    assert best_f1(rows[1]) is None
    # The worst that counts for what diverged is not the failed one's either.
    rows = [row(0, value=10.0), row(1, value=1e6, status="failed"), row(2, value=None, status="diverged")]
    assert by_key(score_budgets(the_search(rows)))["ns_gan"].mean.tolist() == [10.0, 10.0]


def test_the_highest_f1():
    rows = [row(0, f1=0.2), row(1, f1=0.8)]
    rows += [row(2, value=None, status="diverged"), row(3, "vae", value=None, status="diverged")]
    found = by_key(f1_budgets(the_search(rows)))
    assert list(found) == ["ns_gan"]
    expected = [-expected_minimum([-0.2, -0.8, 0.0], draws) for draws in (1, 2, 3)]
    np.testing.assert_allclose(found["ns_gan"].mean, expected, rtol=0.05)
    # One draw is each of 0, 0.2 and 0.8 in a third of the resamples: the 16th percentile is 0, and the 84th 0.8.
    assert (found["ns_gan"].low[0], found["ns_gan"].high[0]) == (0.0, 0.8)


@pytest.mark.parametrize("count", [5, 6, 10, 50])
def test_one_clean_sample_in_a_hundred_has_an_outlier(count):
    samples = np.random.default_rng(3).normal(20, 4, (10_000, count))
    share = np.mean([len(without_outliers(sample)) < count for sample in samples])
    # Four deviations of a share of 1 % of 10,000, and as much again as the rule's own limit is from 20,000.
    assert share == pytest.approx(0.01, abs=0.006)


def test_outliers():
    assert without_outliers([10, 11, 12, 9, 300]) == [10, 11, 12, 9]
    # Median 11, median absolute deviation 1: 13 times 1.4826 of it, not 3 times, are usual among five.
    assert without_outliers([10, 11, 12, 9, 20]) == [10, 11, 12, 9, 20]
    assert without_outliers([10, 11, 12, 11, -500]) == [10, 11, 12, 11, -500]
    assert without_outliers([10, 10.1, 10.2, 5000]) == [10, 10.1, 10.2, 5000]


def test_spread():
    assert spread([]) is None
    assert spread([3.0]) == Spread(3.0, None, 1)
    assert spread([1.0, 2.0, 6.0]) == Spread(3.0, pytest.approx(7**0.5), 3)


def test_the_interval_of_a_difference_by_hand():
    first, second = np.array([7.8, 8.1, 7.9, 8.4, 8.0]), np.array([9.0, 14.0, 11.5, 10.2, 12.8, 9.9])
    errors = [np.var(each, ddof=1) / len(each) for each in (first, second)]
    # Welch and Satterthwaite.
    freedom = sum(errors) ** 2 / (errors[0] ** 2 / 4 + errors[1] ** 2 / 5)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(sum(errors))
    middle = second.mean() - first.mean()
    assert difference_of_means(first, second) == pytest.approx((middle - half, middle + half))
    assert difference_of_means([2.0, 2.0], [5.0, 5.0]) == (3.0, 3.0)


def test_rank_correlations():
    rows = [row(number, value=100.0 - number) for number in range(8)]
    found = {name: value for (_, name), value in correlations(the_search(rows)).items()}
    # The rate falls and so does the score: the same order.
    assert found["learning_rate"] == pytest.approx(1.0)
    assert "beta_1" not in found
    assert varied(the_search(rows)) == ["learning_rate", "batch_norm"]
    # The smallest rate diverged, and ranks last: of 7 + 1 pairs, rho = 1 - 6 * sum(d^2) / (8 * 63).
    rows[-1] = row(7, value=None, status="diverged")
    found = {name: value for (_, name), value in correlations(the_search(rows)).items()}
    assert found["learning_rate"] == pytest.approx(1 - 6 * (7 + 49) / (8 * 63))
    assert not correlations(the_search(rows[:7]))


def test_costs():
    rows = [
        row(0, training_seconds=10.0, scoring_seconds=None, seconds=20.0),
        row(1, training_seconds=30.0, scoring_seconds=None, seconds=40.0),
        row(2, status="failed", seconds=None),
    ]
    found = cost(rows)
    assert (found.training, found.scoring, found.total) == (20.0, None, 60.0)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0.00"),
        (1e-5, "1.00e-05"),
        (0.2003, "0.200"),
        (0.01234, "0.0123"),
        (1.234, "1.23"),
        (9.996, "10.0"),
        (99.96, "100"),
        (12345.6, "12,346"),
    ],
)
def test_numbers_in_words(value, words):
    assert number(value) == words


def test_settings_in_words():
    assert plain({"rate": 1.23456e-4, "steps": 5, "batch_norm": True}) == "rate 0.000123, steps 5, batch_norm yes"
    assert plain({"infogan": {"width": 16, "depth": 2}, "seed": 3}) == "infogan: width 16, depth 2; seed 3"


def test_a_mean_and_its_deviation_have_the_same_digits():
    assert mean_and_deviation(Spread(21.53, 1.6449, 5)) == "21.5 ± 1.6"
    assert mean_and_deviation(Spread(155.7, 11.6, 5)) == "156 ± 12"
    assert mean_and_deviation(Spread(155.7, None, 1)) == "156"
    assert mean_and_deviation(Spread(0.2003, 0.034, 5)) == "0.200 ± 0.034"
    assert mean_and_deviation(Spread(1e-5, 1e-6, 5)) == "1.00e-05 ± 1.00e-06"


@pytest.mark.parametrize(
    ("value", "words"), [(4.21, "4.2 s"), (200, "3 min 20 s"), (18600, "5 h 10 min"), (267840, "3.1 days")]
)
def test_times_in_words(value, words):
    assert seconds(value) == words
