import json

import pytest

from tfgen.benchmarks.speed.measurement import Measurement
from tfgen.benchmarks.speed.report import write

FACTS = {
    "date": "2026-01-02T03:04:05+00:00",
    "cpu": "Model X",
    "cores": 2,
    "threads": 1,
    "clock": "wall",
    "rounds": 3,
    "sizes": {"batch_size": 8},
    "load_at_start": 0.5,
    "versions": {"tfgen": "0.1.0", "keras": "3.15.1"},
}


@pytest.fixture
def found():
    seconds = {"ours": [0.1, 0.2, 0.1], "theirs": [0.2, 0.2, 0.3]}
    return Measurement(
        "Steps", "steps/s", "ours", seconds, {"compiled": "a|b"}, {"ours": 1024.4, "theirs": 1.0}, ["A note."]
    )


def test_table(found):
    assert found.markdown().splitlines() == [
        "### Steps",
        "",
        "|  | steps/s, median of 3 | ours is as many times as fast | peak memory |",
        "| --- | --- | --- | --- |",
        "| ours | 10.00 | 1.00 (1.00 to 1.00) | 1,024 MiB |",
        "| theirs | 5.00 | 2.00 (1.00 to 3.00) | 1 MiB |",
        "| compiled | it cannot run: a/b |  |  |",
        "",
        "A note.",
    ]


def test_a_reference_that_failed_leaves_the_speeds(found):
    found.seconds.pop("ours")
    assert "| theirs | 5.00 |  | 1 MiB |" in found.markdown()


def test_rows_of_different_work_have_no_ratios(found):
    found.reference = None
    assert found.ratios == {}
    assert "| theirs | 5.00 | 1 MiB |" in found.markdown()
    assert "as many times as fast" not in found.markdown()


@pytest.mark.parametrize(
    ("unit", "seconds", "shown"),
    [("images/s", 0.0001, "10,000"), ("images/s", 0.5, "2.00"), ("ms", 0.0015, "1.50"), ("s", 1.5, "1.50")],
)
def test_units(unit, seconds, shown):
    assert f"| ours | {shown} |" in Measurement("Steps", unit, "ours", {"ours": [seconds]}).markdown()


def test_files(found, tmp_path):
    write(tmp_path / "new", FACTS, {"training.gan": found})
    text = (tmp_path / "new" / "speed.md").read_text()
    assert text.startswith(
        "Measured on 2026-01-02: Model X, 1 of 2 cores, no GPU, load 0.5 at the start, batch size 8; wall"
    )
    assert found.markdown() in text
    table = json.loads((tmp_path / "new" / "speed.json").read_text())
    assert table["facts"] == FACTS
    written = table["measurements"]["training.gan"]
    assert written["seconds"] == found.seconds
    assert written["reference_is_times_as_fast"]["theirs"] == {
        "median": pytest.approx(2),
        "minimum": pytest.approx(1),
        "maximum": pytest.approx(3),
    }
