"""What a search draws."""

import pytest

from benchmarks.created_equal.ranges import configuration, read_range

DEFAULT = {"learning_rate": 1e-4, "batch_norm": True, "clip": 0.01}
RANGES = {
    "learning_rate": read_range("rate", {"log10": [-5, -2]}),
    "batch_norm": read_range("norm", {"choice": [True, False]}),
}


def draw(index, ranges=RANGES, default=DEFAULT, seed=0, stream="wide/wgan"):
    return configuration(ranges, default, index, seed=seed, stream=stream)


def test_the_first_configuration_is_the_default():
    assert draw(0) == DEFAULT
    changed = {**RANGES, "batch_norm": read_range("norm", {"choice": [True, False], "default": False})}
    assert draw(0, changed) == {**DEFAULT, "batch_norm": False}


def test_what_has_no_range_stays():
    assert {draw(index)["clip"] for index in range(20)} == {0.01}


def test_a_value_alone_is_fixed():
    ranges = {"clip": read_range("clip", 0.5)}
    assert draw(3, ranges)["clip"] == 0.5
    # The default of a search is the method's all the same.
    assert draw(0, ranges)["clip"] == 0.01


def test_draws_depend_on_seed_search_and_number_alone():
    assert draw(3) == draw(3)
    others = [draw(4), draw(3, seed=1), draw(3, stream="wide/gan")]
    assert draw(3)["learning_rate"] not in [each["learning_rate"] for each in others]


def test_another_hyper_parameter_changes_none_of_the_draws():
    more = {"beta_1": read_range("beta", {"uniform": [0, 1]}), **RANGES}
    found = draw(3, more, {"beta_1": 0.5, **DEFAULT})
    assert {key: value for key, value in found.items() if key != "beta_1"} == draw(3)


def test_values_of_a_choice_keep_their_type():
    assert all(isinstance(draw(index)["batch_norm"], bool) for index in range(5))
    assert read_range("x", {"choice": [1, 5]}).values == (1, 5)


def test_ends_may_meet():
    assert draw(1, {"clip": read_range("clip", {"log10": [-3, -3]})})["clip"] == pytest.approx(0.001)
