import subprocess
import sys

import pytest


def table(*arguments):
    """Each case with its row: tfgen's seconds, SciPy's, the ratio, the relative difference."""
    command = [sys.executable, "-m", "tfgen.benchmarks.speed.frechet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    head, rule, *rows = (line.strip("|").split("|") for line in done.stdout.splitlines())
    assert len(head) == len(rule) == 5
    return {name.strip(): [float(cell.removesuffix(" s ")) for cell in cells] for name, *cells in rows}


def check(rows):
    assert list(rows) == ["well-conditioned", "ill-conditioned", "half as many samples as dimensions"]
    for ours, theirs, ratio, difference in rows.values():
        assert ratio == pytest.approx(theirs / ours, rel=0.01, abs=0.06)
        assert 0 <= difference <= 1e-6


def test_table():
    check(table("--dimensions", "24", "--repeats", "2"))


@pytest.mark.slow
def test_at_inceptions_width_it_is_five_times_as_fast_and_gives_the_same():
    rows = table()
    check(rows)
    assert min(ratio for _, _, ratio, _ in rows.values()) >= 5


def test_wrong_arguments_are_a_wrong_usage():
    command = [sys.executable, "-m", "tfgen.benchmarks.speed.frechet", "--dimensions", "1"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "--dimensions is 4 or more, --repeats 1 or more" in done.stderr
