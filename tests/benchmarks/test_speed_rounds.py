import pytest

from tfgen.benchmarks.speed.rounds import interleaved, ratio


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

    found = interleaved({name: lambda name=name: timer(name) for name in "abc"}, 3, "Counting")
    assert "".join(calls) == "abc" + "bca" + "cab"
    assert found == {"a": [1.0, 6.0, 8.0], "b": [2.0, 4.0, 9.0], "c": [3.0, 5.0, 7.0]}
