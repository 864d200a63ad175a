"""A study run by processes: killed, gone on with, refused."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import tensorflow as tf
import tomli_w
from tiny_study import pictures, tiny_study, tiny_table

from benchmarks.created_equal.driver import run_study
from benchmarks.created_equal.process import use_one_gpu
from benchmarks.created_equal.rows import outcome, untrained_row
from benchmarks.created_equal.runners import local
from benchmarks.created_equal.runners.local import LocalRunner
from benchmarks.created_equal.runners.ray_cluster import RayRunner
from benchmarks.created_equal.spec import make_spec
from benchmarks.created_equal.store import Store
from benchmarks.created_equal.trials import Trial, all_trials
from tfgen.errors import TfgenError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    return tiny_study(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def undisturbed(spec, tmp_path_factory):
    """The rows of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert run_study(spec, folder, LocalRunner(spec, folder, workers=1)) == []
    return [outcome(row) for row in Store(folder).rows()]


def outcomes(folder):
    return [outcome(row) for row in Store(folder).rows()]


def workers_of(pid):
    found = subprocess.run(["pgrep", "-P", str(pid), "-f", "spawn_main"], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


class Dead:
    """A process that never answers."""

    last_end, trials = "signal 9", 0

    def ask(self, message):
        return None

    def stop(self):
        pass


class TestLocalRunner:
    def test_a_killed_process_costs_an_attempt_and_changes_no_row(self, spec, undisturbed, tmp_path):
        runner = LocalRunner(spec, tmp_path, workers=1)
        killed = []

        def kill():
            killed.append(runner._all[0]._process.pid)
            os.kill(killed[0], signal.SIGKILL)

        class Killing(LocalRunner):
            def run(self, trials):
                if not killed:
                    threading.Timer(0.3, kill).start()
                yield from super().run(trials)

        runner.__class__ = Killing
        run_study(spec, tmp_path, runner, chosen=lambda trial: trial.number < 2)
        assert killed
        rows = Store(tmp_path).rows()
        assert max(row["attempts"] for row in rows) == 2
        assert [outcome(row) for row in rows] == undisturbed[:2]

    def test_a_process_that_is_killed_while_it_checks_is_asked_again(self, spec, tmp_path, monkeypatch):
        class Killed(Dead):
            asked = 0

            def ask(self, message):
                Killed.asked += 1
                return None if Killed.asked < 3 else {"gpus": 0, "state_bytes": 7}

        monkeypatch.setattr(local, "_Worker", lambda job: Killed())
        with LocalRunner(spec, tmp_path, workers=1) as runner:
            assert runner.check(all_trials(spec)) == 7

    def test_a_check_that_always_kills_is_told(self, spec, tmp_path, monkeypatch):
        monkeypatch.setattr(local, "_Worker", lambda job: Dead())
        with (
            LocalRunner(spec, tmp_path, workers=1) as runner,
            pytest.raises(TfgenError, match=r"ended 5 times, the last by signal 9; .*workers\.log has its last words"),
        ):
            runner.check(all_trials(spec))

    def test_a_trial_that_always_kills_fails(self, spec, tmp_path, monkeypatch):
        runner = LocalRunner(spec, tmp_path, workers=1)
        monkeypatch.setattr(local, "_Worker", lambda job: Dead())
        with runner:
            (row,) = runner.run(all_trials(spec)[:1])
        assert (row["status"], row["attempts"]) == ("failed", 5)
        assert "its process ended 5 times, the last by signal 9; workers.log has its last words" in row["error"]

    def test_a_process_is_replaced_before_tensorflow_has_filled_it(self, spec, undisturbed, tmp_path, monkeypatch):
        started = []
        start = local._Worker._start
        monkeypatch.setattr(local._Worker, "_start", lambda self: (start(self), started.append(self._process.pid)))
        monkeypatch.setattr(local, "TRIALS_OF_A_PROCESS", 1)
        run_study(spec, tmp_path, LocalRunner(spec, tmp_path, workers=1), chosen=lambda trial: trial.number < 2)
        assert len(set(started)) == 2
        rows = Store(tmp_path).rows()
        assert [row["attempts"] for row in rows] == [1, 1]
        assert [outcome(row) for row in rows] == undisturbed[:2]

    def test_trials_that_are_given_up_in_a_row_are_the_machine_s(self, spec, tmp_path, monkeypatch):
        monkeypatch.setattr(local, "_Worker", lambda job: Dead())
        runner = LocalRunner(spec, tmp_path, workers=2)
        found = []
        with runner, pytest.raises(TfgenError, match="5 trials in a row were given up; the last: its process ended"):
            found.extend(row["status"] for row in runner.run(all_trials(spec)))
        assert found == ["failed"] * 4

    def test_as_many_processes_as_gpus_are_left(self, spec, tmp_path, monkeypatch):
        asked, stopped, numbers = [], [], []

        class Process:
            trials = 0

            def __init__(self, job):
                numbers.append(job["worker"])

            def ask(self, message):
                asked.append(self)
                return (
                    {"gpus": 2, "state_bytes": 1}
                    if "check" in message
                    else untrained_row(Trial(**message["trial"]), "")
                )

            def stop(self):
                stopped.append(self)

        monkeypatch.setattr(local, "_Worker", Process)
        monkeypatch.setattr(local, "available_cores", lambda: 8)
        with LocalRunner(spec, tmp_path) as runner:
            runner.check(all_trials(spec))
            assert len(stopped) == 6
            assert len(list(runner.run(all_trials(spec)))) == 8
        assert not {*asked} & {*stopped[:6]}
        assert numbers == list(range(8))

    def test_processes_take_gpus_in_turn(self, monkeypatch):
        seen = []
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0", "GPU:1", "GPU:2"])
        monkeypatch.setattr(tf.config, "set_visible_devices", lambda device, kind: seen.append(device))
        for number in range(4):
            use_one_gpu(number)
        assert seen == ["GPU:0", "GPU:1", "GPU:2", "GPU:0"]

    def test_a_spec_that_cannot_be_trained_ends_before_any_training(self, spec, tmp_path):
        table = tiny_table(Path(spec.datasets["pictures"]["name"]))
        table["methods"]["ns_gan"]["model"] = {"name": "own_gan:NoGAN"}
        broken = make_spec(table)
        with pytest.raises(TfgenError, match="own_gan:NoGAN is no model of tfgen"):
            run_study(broken, tmp_path, LocalRunner(broken, tmp_path, workers=1))
        assert Store(tmp_path).rows() == []


def command(folder, table):
    path = folder / "tiny.toml"
    path.write_text(tomli_w.dumps(table))
    return [sys.executable, str(Path(__file__).with_name("run_study.py")), str(path), str(folder / "study")]


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}


def test_a_killed_driver_takes_its_processes_along_and_loses_nothing(spec, undisturbed, tmp_path):
    arguments = command(tmp_path, tiny_table(Path(spec.datasets["pictures"]["name"])))
    process = subprocess.Popen(arguments, env=environment(), stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith("[2/8]"):
            break
    workers = workers_of(process.pid)
    assert len(workers) == 2
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
    done = outcomes(tmp_path / "study")
    assert 2 <= len(done) < 8
    run_study(spec, tmp_path / "study", LocalRunner(spec, tmp_path / "study", workers=1))
    assert outcomes(tmp_path / "study") == undisturbed


@pytest.mark.slow
def test_ten_kills_at_random(tmp_path):
    """Workers and driver, at random moments; every trial is there once, with the row of an undisturbed run."""
    table = tiny_table(pictures(tmp_path / "pictures"))
    table["phases"][0]["configurations"] = 12
    table["datasets"]["pictures"] |= {"steps": 2000, "score_every": 200}
    spec = make_spec(table)
    plain, study = tmp_path / "plain", tmp_path / "study"
    run_study(spec, plain, LocalRunner(spec, plain, workers=2))
    dice = random.Random(0)
    victims = ["worker", "worker", "driver"] * 3 + ["worker"]
    process, states = None, 0
    for victim in victims:
        if process is None:
            process = subprocess.Popen(command(tmp_path, table), env=environment(), stdout=subprocess.DEVNULL)
            time.sleep(8)
        time.sleep(dice.uniform(1, 5))
        workers = workers_of(process.pid)
        assert process.poll() is None
        assert workers
        states += len(list((study / "states").glob("*.npz")))
        os.kill(process.pid if victim == "driver" else dice.choice(workers), signal.SIGKILL)
        if victim == "driver":
            process.wait()
            process = None
    assert states
    assert process.wait() == 0
    assert len(outcomes(plain)) == len(all_trials(spec)) == 28
    assert outcomes(study) == outcomes(plain)
    assert not list((study / "states").iterdir())


def test_a_ray_address_that_does_not_answer(spec, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", object())
    with pytest.raises(
        TfgenError, match=r"no Ray cluster answers at 127\.0\.0\.1:1 .*start one with `ray start --head`"
    ):
        RayRunner(spec, "127.0.0.1:1")
    with pytest.raises(TfgenError, match=r"no Ray cluster answers at ray://127\.0\.0\.1:x"):
        RayRunner(spec, "ray://127.0.0.1:x")


def test_ray_that_is_not_installed(spec, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(TfgenError, match=r"`pip install 'tfgen\[cluster\]'` brings it"):
        RayRunner(spec)
