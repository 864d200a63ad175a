import os
import textwrap

import pytest

from tfgen.benchmarks.speed.contenders import Contender, compete
from tfgen.benchmarks.speed.settings import Settings
from tfgen.benchmarks.speed.worker import ContenderError, Worker


@pytest.fixture
def clockwork(tmp_path, monkeypatch):
    """A module whose contender takes, by its process's clock, exactly so many seconds a step."""
    source = """
        import os
        import time

        now = 0.0
        time.perf_counter = lambda: now
        time.process_time = lambda: now / 8

        def prepare(pace, fail="", log=None):
            print("this is no answer")
            if fail:
                raise RuntimeError(fail)

            def run(count):
                global now
                now += pace * count
                if log:
                    with open(log, "a") as file:
                        file.write(f"{count} {os.environ['OMP_NUM_THREADS']} {os.environ['TF_NUM_INTRAOP_THREADS']}\\n")

            return run
    """
    package = tmp_path / "clockwork"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "contender.py").write_text(textwrap.dedent(source))
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    return "clockwork.contender"


def test_a_worker_runs_when_it_is_told_to(clockwork, tmp_path):
    log = tmp_path / "log"
    worker = Worker(clockwork, {"pace": 0.5, "log": str(log)}, threads=3)
    try:
        assert not log.exists()
        assert worker.seconds(5) == 2.5
        assert log.read_text() == "5 3 3\n"
        assert 1 < worker.peak_mib < 1000
    finally:
        worker.close()


@pytest.mark.parametrize(("clock", "seconds"), [("wall", 1.0), ("cpu", 0.125)])
def test_clocks(clockwork, clock, seconds):
    worker = Worker(clockwork, {"pace": 0.5}, threads=1, clock=clock)
    try:
        assert worker.seconds(2) == seconds
    finally:
        worker.close()


def test_why_a_worker_failed(clockwork):
    with pytest.raises(ContenderError, match=r"^RuntimeError: no compiler$"):
        Worker(clockwork, {"pace": 1, "fail": "no compiler"}, threads=1)


def test_contenders_compete(clockwork, tmp_path):
    logs = {name: tmp_path / name for name in ("slow", "fast")}
    contenders = {
        "slow": Contender(clockwork, {"pace": 0.5, "log": str(logs["slow"])}),
        # Works in pairs of steps, each of them four units.
        "fast": Contender(clockwork, {"pace": 0.125, "log": str(logs["fast"])}, multiple=2, unit_share=4),
        "broken": Contender(clockwork, {"pace": 1, "fail": "no compiler"}),
    }
    found = compete("Ticking", "steps/s", "fast", contenders, Settings(rounds=2, seconds=3, threads=1))
    assert found.seconds == {"slow": [0.5, 0.5], "fast": [0.125 / 4] * 2}
    assert found.ratios == {"slow": (16, 16, 16), "fast": (1, 1, 1)}
    assert found.failures == {"broken": "RuntimeError: no compiler"}
    assert set(found.peak_mib) == {"slow", "fast"}
    # Warm-up, timing, and two rounds of three seconds.
    counts = {name: [int(line.split()[0]) for line in log.read_text().splitlines()] for name, log in logs.items()}
    assert counts == {"slow": [1, 1, 6, 6], "fast": [2, 2, 24, 24]}


def test_a_round_is_one_step_at_least(clockwork):
    contenders = {"slow": Contender(clockwork, {"pace": 10.0})}
    assert compete("Ticking", "s", "slow", contenders, Settings(rounds=1, seconds=0)).seconds == {"slow": [10.0]}
