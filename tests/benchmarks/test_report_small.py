"""Reports of studies with little in them: nothing is said of what there is not."""

import pytest
from made_up_study import ended_as, made_up_rows, small_spec
from report_page import page_of

SEARCH = {"name": "search", "ranges": "wide", "datasets": ["polygons"], "configurations": 1, "seeds": 1}
SEEDS = {"name": "seeds", "best_of": "search", "datasets": ["polygons"], "seeds": 1}


def test_one_configuration_and_one_seed(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan", "vae"], phases=[SEARCH, SEEDS])
    words = page_of(spec, made_up_rows(spec, diverging=0), tmp_path).words()
    assert "Of the methods that have a score on the one seed," in words
    assert "1 seed is too few to say whether the two differ" in words
    assert "A best was chosen" not in words
    assert "the default is the best" not in words


@pytest.mark.parametrize("count", [1, 3])
def test_every_trial_failed_after_a_score(count, tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan"])
    rows = [ended_as(row, "failed", {500: 3.0}, error="no room") for row in made_up_rows(spec, diverging=0)[:count]]
    assert "No search has scored a change of one yet." in page_of(spec, rows, tmp_path).words()


def test_a_hyperparameter_that_is_a_word(tmp_path, undrawn):
    spec = small_spec(compare=["ns_gan"])
    rows = made_up_rows(spec, diverging=0)
    for row in rows:
        row["hyperparameters"] = {"prior": ("uniform", "normal")[row["trial"] % 2]}
    page = page_of(spec, rows, tmp_path)
    assert "No search has scored a change of one yet." in page.words()
    assert page.table("trial", "hyper-parameters")["0"]["hyper-parameters"] == "prior uniform"
