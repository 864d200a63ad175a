import json
import os
import textwrap
from contextlib import closing

import pytest

from tfgen.benchmarks.speed.contenders import Contender, compete
from tfgen.benchmarks.speed.settings import Settings
from tfgen.benchmarks.speed.worker import ContenderError, Worker
from tfgen.machine import available_cores


@pytest.fixture
def clockwork(tmp_path, monkeypatch):
    """A module whose contender takes, by its process's clock, exactly so many seconds a step."""
    source = """
        import os
        import sys
        import time

        now = 0.0
        time.perf_counter = lambda: now
        time.process_time = lambda: now / 8

        def prepare(pace, fail="", log=None, dies_after=None):
            print("this is no answer")
            if fail:
                raise RuntimeError(fail)
            calls = 0

            def run(count):
                global now
                nonlocal calls
                calls += 1
                if calls == dies_after:
                    os.abort() if pace else sys.exit("no memory")
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
    with closing(Worker(clockwork, {"pace": 0.5, "log": str(log)}, threads=3)) as worker:
        worker.wait()
        assert not log.exists()
        assert worker.seconds(5) == 2.5
        assert log.read_text() == "5 3 3\n"
        assert 1 < worker.peak_mib < 1000


@pytest.mark.parametrize(("clock", "seconds"), [("wall", 1.0), ("cpu", 0.125)])
def test_clocks(clockwork, clock, seconds):
    with closing(Worker(clockwork, {"pace": 0.5}, threads=1, clock=clock)) as worker:
        worker.wait()
        assert worker.seconds(2) == seconds


def test_why_a_worker_failed(clockwork):
    options = {"pace": 1, "fail": "no compiler"}
    with (
        closing(Worker(clockwork, options, threads=1)) as worker,
        pytest.raises(ContenderError, match=r"^RuntimeError: no compiler$"),
    ):
        worker.wait()


@pytest.mark.parametrize(("pace", "reason"), [(0.5, "ended by SIGABRT"), (0, "no memory")])
def test_why_a_worker_ended_on_the_way(clockwork, pace, reason):
    with closing(Worker(clockwork, {"pace": pace, "dies_after": 2}, threads=1)) as worker:
        worker.wait()
        worker.seconds(1)
        for _ in range(2):
            with pytest.raises(ContenderError, match=rf"^{reason}$"):
                worker.seconds(1)


@pytest.mark.skipif(available_cores() < 2, reason="a machine of one core uses one thread in any case")
def test_numpy_and_scipy_use_as_many_threads_as_they_are_told(tmp_path, monkeypatch):
    source = """
        import json
        from threadpoolctl import threadpool_info
        from tfgen.benchmarks.speed import frechet

        def prepare(log, **options):
            run = frechet.prepare(**options)

            def logged(count):
                run(count)
                with open(log, "w") as file:
                    json.dump({each["filepath"]: each["num_threads"] for each in threadpool_info()}, file)

            return logged
    """
    (tmp_path / "counted").mkdir()
    (tmp_path / "counted" / "frechet.py").write_text(textwrap.dedent(source))
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    options = {"name": "scipy.linalg.sqrtm", "case": "well-conditioned", "dimensions": 8}
    found = {}
    for threads in (1, 2):
        log = tmp_path / f"threads_{threads}.json"
        contender = Contender("counted.frechet", {**options, "log": str(log)})
        compete("Counting", "s", "ours", {"ours": contender}, Settings(rounds=1, seconds=0, threads=threads))
        found[threads] = json.loads(log.read_text())
    assert {threads: set(libraries.values()) for threads, libraries in found.items()} == {1: {1}, 2: {2}}


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


@pytest.mark.parametrize("dies_after", [2, 3, 4], ids=["in the warm-up", "in the first round", "in the second"])
def test_a_contender_that_dies_leaves_the_others(clockwork, dies_after):
    contenders = {
        "healthy": Contender(clockwork, {"pace": 0.5}),
        "dying": Contender(clockwork, {"pace": 0.25, "dies_after": dies_after}),
    }
    found = compete("Ticking", "steps/s", "healthy", contenders, Settings(rounds=3, seconds=3))
    assert found.seconds == {"healthy": [0.5] * 3}
    assert found.failures == {"dying": "ended by SIGABRT"}
    assert set(found.peak_mib) == {"healthy"}


def test_a_round_is_one_step_at_least(clockwork):
    contenders = {"slow": Contender(clockwork, {"pace": 10.0})}
    assert compete("Ticking", "s", "slow", contenders, Settings(rounds=1, seconds=0)).seconds == {"slow": [10.0]}
