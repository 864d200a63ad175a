"""What is said of the study that was run is what its rows have."""

from pathlib import Path

import pytest

from benchmarks.created_equal.driver import best_rows
from benchmarks.created_equal.report.polygons import best_f1
from benchmarks.created_equal.report.searches import Study
from benchmarks.created_equal.report.summaries import spread, summaries
from benchmarks.created_equal.rows import score_of
from benchmarks.created_equal.spec import find_spec, stored_spec
from benchmarks.created_equal.store import Store
from benchmarks.created_equal.trials import all_trials
from benchmarks.created_equal.words import mean_and_deviation, number, share

FOLDER = Path(__file__).parents[2] / "benchmarks" / "created_equal" / "results" / "laptop"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    # A copy: the store is opened for writing.
    folder = tmp_path_factory.mktemp("laptop")
    (folder / "study.sqlite").write_bytes((FOLDER / "study.sqlite").read_bytes())
    return Study(stored_spec(FOLDER / "spec.toml"), Store(folder).rows())


def test_every_trial_of_the_preset_is_there_once(study):
    spec = find_spec("laptop")
    assert [row["trial"] for row in study.rows] == [trial.number for trial in all_trials(spec)]
    rows = {row["trial"]: row for row in study.rows}
    best = {phase.best_of: best_rows(study.rows, phase.best_of) for phase in spec.phases if phase.best_of}
    for trial in all_trials(spec):
        row = rows[trial.number]
        known = trial.configuration, trial.hyperparameters
        if trial.configuration is None:
            chosen = best["search"][trial.dataset, trial.method]
            known = chosen["configuration"], chosen["hyperparameters"]
        assert (row["configuration"], row["hyperparameters"]) == known
        assert (row["seed"], row["method"], row["dataset"]) == (trial.seed, trial.method, trial.dataset)


def test_the_page_s_table(study):
    table = [line for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("|")]
    lines = {line.split("|")[1].strip(): line for line in table}
    for search in study.searches:
        for each in summaries(search):
            cells = [
                number(score_of(each.default)),
                number(score_of(each.best)),
                mean_and_deviation(spread(each.scores)),
            ]
            if search.dataset == "polygons":
                f1 = [best_f1(row).f1 for row in search.repeated[each.method]]
                cells.append(mean_and_deviation(spread(f1), share))
            assert f"| {' | '.join(cells)} |" in lines[each.method.title]
            assert len(each.scores) == 5
