"""The numbers of a report, against closed forms and by hand."""

import numpy as np
import pytest

from benchmarks.created_equal.report.numbers.budget import budget, f1_budgets, score_budgets
from benchmarks.created_equal.report.numbers.correlations import correlations, varied
from benchmarks.created_equal.report.numbers.costs import cost
from benchmarks.created_equal.report.numbers.searches import searches
from benchmarks.created_equal.report.numbers.spread import Spread, spread, without_outliers
from benchmarks.created_equal.report.numbers.words import mean_and_deviation, number, seconds
from benchmarks.created_equal.spec import find_spec


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
    assert (found.low <= found.high).all()
    assert (np.diff(found.mean) <= 0).all()


def test_the_bands_are_percentiles():
    values = np.arange(1.0, 101.0)
    found = budget(values)
    for draws in (1, 5, 20):
        # Of b draws from 1 to 100 the minimum is at most m with probability 1 - (1 - m/100)^b.
        low, high = (100 * (1 - (1 - share) ** (1 / draws)) for share in (0.16, 0.84))
        assert found.low[draws - 1] == pytest.approx(low, abs=2)
        assert found.high[draws - 1] == pytest.approx(high, abs=3)


def test_the_bootstrap_is_the_same_every_time():
    values = np.random.default_rng(1).normal(50, 9, 12)
    np.testing.assert_array_equal(budget(values).mean, budget(values).mean)


def row(number, method="ns_gan", value=10.0, status="done", f1=None, **others):
    values = {"FID[x]": value}
    if f1 is not None:
        values |= {"polygon precision": f1, "polygon recall": f1, "polygon f1": f1}
    point = {"step": 600, "value": value} if status == "done" else None
    return {
        "trial": number,
        "phase": "search",
        "dataset": "polygons",
        "method": method,
        "configuration": number,
        "seed": 0,
        "hyperparameters": {"learning_rate": 10.0**-number, "beta_1": 0.5, "batch_norm": bool(number % 2)},
        "status": status,
        "score": "FID[x]",
        "scores": [{"step": 600, "values": values}] if status == "done" else [],
        "best": point,
        "last": point,
        **others,
    }


def the_search(rows):
    (found,) = searches(find_spec("quick"), rows)
    return found


def test_what_diverged_counts_as_the_worst_and_what_failed_not_at_all():
    rows = [row(0, value=10.0), row(1, status="diverged"), row(2, status="failed"), row(3, "vae", value=90.0)]
    found = score_budgets(the_search(rows))["ns_gan"]
    expected = [expected_minimum([10.0, 90.0], draws) for draws in (1, 2)]
    np.testing.assert_allclose(found.mean, expected, rtol=0.05)


def test_the_highest_f1():
    rows = [row(0, f1=0.2), row(1, f1=0.8), row(2, status="diverged"), row(3, "vae", status="diverged")]
    found = f1_budgets(the_search(rows))
    assert list(found) == ["ns_gan"]
    expected = [-expected_minimum([-0.2, -0.8, 0.0], draws) for draws in (1, 2, 3)]
    np.testing.assert_allclose(found["ns_gan"].mean, expected, rtol=0.05)
    assert (found["ns_gan"].low <= found["ns_gan"].mean).all()
    assert (found["ns_gan"].mean <= found["ns_gan"].high).all()


def test_outliers():
    # Median 11, median absolute deviation 1: what is above 11 + 3 * 1.4826 = 15.4478 is an outlier.
    assert without_outliers([10, 11, 12, 15.4, 9]) == [10, 11, 12, 15.4, 9]
    assert without_outliers([10, 11, 12, 15.5, 9]) == [10, 11, 12, 9]
    assert without_outliers([10, 11, 12, 11, -500]) == [10, 11, 12, 11, -500]
    assert without_outliers([10, 10.1, 10.2, 5000]) == [10, 10.1, 10.2, 5000]


def test_spread():
    assert spread([]) is None
    assert spread([3.0]) == Spread(3.0, None, 1)
    assert spread([1.0, 2.0, 6.0]) == Spread(3.0, pytest.approx(7**0.5), 3)


def test_rank_correlations():
    rows = [row(number, value=100.0 - number) for number in range(8)]
    found = correlations(the_search(rows))["ns_gan"]
    # The rate falls and so does the score: the same order.
    assert found["learning_rate"] == pytest.approx(1.0)
    assert "beta_1" not in found
    assert varied(the_search(rows)) == ["learning_rate", "batch_norm"]
    # The smallest rate diverged, and ranks last: of 7 + 1 pairs, rho = 1 - 6 * sum(d^2) / (8 * 63).
    rows[-1] = row(7, status="diverged")
    found = correlations(the_search(rows))["ns_gan"]
    assert found["learning_rate"] == pytest.approx(1 - 6 * (7 + 49) / (8 * 63))
    assert correlations(the_search(rows[:7]))["ns_gan"]["learning_rate"] is None


def test_costs():
    rows = [
        row(0, training_seconds=10.0, seconds=20.0, peak_memory_bytes=5),
        row(1, training_seconds=30.0, seconds=40.0, peak_memory_bytes=7),
        row(2, status="failed", seconds=None),
    ]
    found = cost(rows)
    assert (found.training, found.scoring, found.memory, found.total) == (20.0, None, 7, 60.0)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0.00"), (0.01234, "0.0123"), (1.234, "1.23"), (9.996, "10.0"), (99.96, "100"), (12345.6, "12,346")],
)
def test_numbers_in_words(value, words):
    assert number(value) == words


def test_a_mean_and_its_deviation_have_the_same_digits():
    assert mean_and_deviation(Spread(21.53, 1.6449, 5)) == "21.5 ± 1.6"
    assert mean_and_deviation(Spread(155.7, 11.6, 5)) == "156 ± 12"
    assert mean_and_deviation(Spread(155.7, None, 1)) == "156"


@pytest.mark.parametrize(
    ("value", "words"), [(4.21, "4.2 s"), (200, "3 min 20 s"), (18600, "5 h 10 min"), (267840, "3.1 days")]
)
def test_times_in_words(value, words):
    assert seconds(value) == words
