import itertools
import subprocess
import sys

from tfgen.benchmarks.speed import extractor


def test_help():
    command = [sys.executable, "-m", "tfgen.benchmarks.speed.extractor", "--help"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "What comes before Inception costs" in found.stdout


def test_medians_of_runs_in_turn(monkeypatch):
    calls = []
    # Each reading of the clock is a second later than the one before, the fourth run an hour.
    clock = itertools.accumulate([0, 1] * 3 + [0, 3600] + [0, 1] * 2)
    monkeypatch.setattr(extractor.time, "perf_counter", lambda: next(clock))
    jobs = {name: lambda name=name: calls.append(name) for name in ("bare", "whole")}
    assert extractor.images_per_second(jobs, images=50, repeats=3) == {"bare": 50, "whole": 50}
    assert calls == ["bare", "whole"] * 4
