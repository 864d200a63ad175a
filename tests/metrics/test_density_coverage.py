import json
import subprocess
import venv
from math import prod
from pathlib import Path

import numpy as np
import pytest
from oracles import prdc_package

from tfgen.metrics import density_and_coverage, manifold_scores

SCRIPT = Path(prdc_package.__file__)
RECORD = SCRIPT.with_suffix(".json")


@pytest.mark.parametrize("case", json.loads(RECORD.read_text())["cases"], ids=lambda case: case["name"])
def test_the_authors_package_agrees(case):
    reference, generated = prdc_package.features(case)
    scores = density_and_coverage(reference, generated, k=case["k"])
    assert scores._asdict() == pytest.approx({name: case["scores"][name] for name in scores._fields}, abs=1e-12)
    scores = manifold_scores(reference, generated, precision_recall_k=case["k"], density_coverage_k=case["k"])
    assert scores._asdict() == pytest.approx(case["scores"], abs=1e-12)


@pytest.mark.slow
def test_the_record_is_what_the_package_gives(tmp_path):
    venv.create(tmp_path / "environment", with_pip=True)
    python = tmp_path / "environment" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "prdc==0.2"], check=True)
    subprocess.run([python, SCRIPT, tmp_path / "record.json"], check=True)
    recorded, again = (json.loads(path.read_text())["cases"] for path in (RECORD, tmp_path / "record.json"))
    assert [case["name"] for case in again] == [case["name"] for case in recorded]
    for case, other in zip(recorded, again, strict=True):
        assert other["scores"] == pytest.approx(case["scores"], abs=1e-12)


@pytest.mark.parametrize(("n", "m", "k"), [(200, 200, 5), (300, 100, 2), (100, 300, 3)])
def test_one_distribution_scores_what_the_paper_expects(n, m, k):
    rng = np.random.default_rng(n + m + k)
    scores = np.array([density_and_coverage(rng.normal(size=(n, 4)), rng.normal(size=(m, 4)), k=k) for _ in range(60)])
    coverage = 1 - prod((n - i) / (n + m - i) for i in range(1, k + 1))
    # Four standard errors of the mean, which are small enough to tell k from k - 1.
    errors = 4 * scores.std(axis=0, ddof=1) / np.sqrt(len(scores))
    assert (errors < 0.05).all()
    assert (np.abs(scores.mean(axis=0) - [1.0, coverage]) < errors).all()


def test_by_hand():
    # Radii by k = 2: 2, 1, 2, so balls [-2, 2], [0, 2], [0, 4].
    reference = np.array([[0.0], [1], [2]])
    assert density_and_coverage(reference, np.array([[1.5], [3.0]]), k=2) == (pytest.approx(4 / 4), 1.0)
    assert density_and_coverage(reference, np.array([[3.0], [9.0]]), k=2) == pytest.approx((1 / 4, 1 / 3))


def test_5_neighbours_by_default():
    rng = np.random.default_rng(0)
    sets = rng.normal(size=(40, 3)), rng.normal(size=(30, 3))
    assert density_and_coverage(*sets) == density_and_coverage(*sets, k=5) != density_and_coverage(*sets, k=4)


def test_one_crowded_mode_raises_density_and_costs_coverage():
    rng = np.random.default_rng(0)
    reference, generated = rng.normal(size=(300, 8)), 0.3 * rng.normal(size=(300, 8))
    density, coverage = density_and_coverage(reference, generated)
    assert density > 1.5
    assert coverage < 0.7
    outside = density_and_coverage(reference, generated + 50)
    assert outside == (0.0, 0.0)
    assert all(type(score) is float for score in outside)


def test_replayed_data():
    rows = np.random.default_rng(0).normal(size=(100, 3))
    # A closed ball holds its centre, and its k neighbours.
    assert density_and_coverage(rows, rows.copy(), k=5) == (pytest.approx(6 / 5), 1.0)


def test_k_must_fit_the_reference_only():
    rows = np.random.default_rng(0).normal(size=(20, 3))
    density_and_coverage(rows, rows[:2])
    with pytest.raises(ValueError, match="k is 5, and each of 5 rows has 4 neighbours"):
        density_and_coverage(rows[:5], rows)
