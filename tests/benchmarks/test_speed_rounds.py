import numpy as np
import pytest
from scipy.stats import quantile_test

from tfgen.benchmarks.speed.rounds import interleaved, median_interval, ratio
from tfgen.errors import TfgenError


def test_ratio_is_of_each_round():
    # The medians are equal, the rounds are not.
    found = ratio([1.0, 2.0, 6.0], [2.0, 1.0, 2.0])
    assert found == (2.0, 0.5, 3.0)
    assert str(found) == "2.00 (0.50 to 3.00)"


def test_ratio_needs_pairs():
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0, 2.0], [1.0])


def test_rounds_are_interleaved_and_begin_in_turn():
    calls = []

    def timer(name):
        calls.append(name)
        return float(len(calls))

    found = interleaved({name: lambda name=name: timer(name) for name in "abc"}, 3, "Counting", {})
    assert "".join(calls) == "abc" + "bca" + "cab"
    assert found == {"a": [1.0, 6.0, 8.0], "b": [2.0, 4.0, 9.0], "c": [3.0, 5.0, 7.0]}


def test_what_fails_in_a_round_is_left_out_of_all():
    calls = []

    def timer(name):
        calls.append(name)
        if calls == list("abcb"):
            raise TfgenError("out of memory")
        return 1.0

    failures = {}
    found = interleaved({name: lambda name=name: timer(name) for name in "abc"}, 3, "Counting", failures)
    assert found == {"a": [1.0] * 3, "c": [1.0] * 3}
    assert failures == {"b": "out of memory"}
    assert "".join(calls) == "abc" + "bca" + "ca"


@pytest.mark.parametrize("count", [6, 9, 15, 30])
@pytest.mark.parametrize("confidence", [0.95, 0.8])
def test_interval_of_a_median(count, confidence):
    values = np.random.default_rng(count).normal(size=count)
    expected = quantile_test(values, q=0, p=0.5).confidence_interval(confidence)
    assert median_interval(list(values), confidence) == (expected.low, expected.high)


def test_interval_of_few_values_is_all_of_them():
    assert median_interval([2.0, 1.0, 5.0, 4.0, 3.0]) == (1.0, 5.0)
    assert median_interval([2.0]) == (2.0, 2.0)
