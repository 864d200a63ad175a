"""A study in its folder: run by processes that are killed, gone on with, merged, refused."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import tomli_w
from tiny_study import pictures, tiny_study, tiny_table

from benchmarks.created_equal import driver
from benchmarks.created_equal.driver import best_rows, merge_studies, open_study, run_study
from benchmarks.created_equal.rows import failed_row, outcome
from benchmarks.created_equal.runners import local
from benchmarks.created_equal.runners.local import LocalRunner
from benchmarks.created_equal.runners.ray_cluster import RayRunner
from benchmarks.created_equal.spec import make_spec
from benchmarks.created_equal.store import Store
from benchmarks.created_equal.trials import all_trials
from tfgen.errors import TfgenError

ROOT = Path(__file__).parents[2]


class FakeRunner:
    """Gives each trial a row at once; its score is worst for the default."""

    states = 0

    def __init__(self, scores=lambda trial: 5.0 - (trial.configuration or 0), forbidden=()):
        self.scores, self.forbidden, self.ran = scores, set(forbidden), []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def check(self, trials):
        return 0

    def run(self, trials):
        for trial in trials:
            assert trial.number not in self.forbidden
            self.ran.append(trial)
            value = self.scores(trial)
            point = None if value is None else {"step": 10, "value": value}
            yield {**failed_row(trial, None), "status": "done", "score": "FID", "best": point, "last": point}


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


class TestDriver:
    def test_every_trial_is_run_once_and_the_best_by_seeds_that_chose_nothing(self, spec, tmp_path):
        runner = FakeRunner()
        assert run_study(spec, tmp_path, runner) == []
        assert sorted(trial.number for trial in runner.ran) == list(range(8))
        best = [trial for trial in runner.ran if trial.phase == "seeds"]
        searched = {(t.method, t.configuration): t.hyperparameters for t in all_trials(spec) if t.phase == "search"}
        assert {trial.configuration for trial in best} == {1}
        assert all(trial.hyperparameters == searched[trial.method, 1] for trial in best)
        assert {trial.seed for trial in best} == {1, 2}

    def test_what_is_finished_is_never_run_again(self, spec, tmp_path):
        run_study(spec, tmp_path, FakeRunner(), chosen=lambda trial: trial.number in (0, 2))
        second = FakeRunner(forbidden=(0, 2))
        run_study(spec, tmp_path, second)
        assert len(second.ran) == 6
        run_study(spec, tmp_path, FakeRunner(forbidden=range(8)))

    def test_the_best_of_a_search_waits_for_all_of_it(self, spec, tmp_path):
        left = run_study(spec, tmp_path, FakeRunner(), chosen=lambda trial: trial.number != 1)
        # ns_gan's search lacks a trial, the VAE's does not.
        assert [trial.method for trial in left] == ["ns_gan", "ns_gan"]
        assert run_study(spec, tmp_path, FakeRunner()) == []

    def test_parts_are_put_together(self, spec, tmp_path):
        for part in (0, 1):
            runner = FakeRunner()
            run_study(spec, tmp_path / str(part), runner, chosen=lambda trial, part=part: trial.number % 2 == part)
            assert all(trial.phase == "search" for trial in runner.ran)
        assert merge_studies([tmp_path / "0", tmp_path / "1"], tmp_path / "whole") == 4
        last = FakeRunner(forbidden=range(4))
        assert run_study(spec, tmp_path / "whole", last) == []
        assert len(last.ran) == 4

    def test_different_studies_are_not_put_together(self, spec, tmp_path):
        other = make_spec({**tiny_table(Path(spec.datasets["pictures"]["name"])), "seed": 1})
        run_study(spec, tmp_path / "a", FakeRunner())
        run_study(other, tmp_path / "b", FakeRunner())
        with pytest.raises(TfgenError, match=r"hold different studies: seed is 0 there and 1 here"):
            merge_studies([tmp_path / "a", tmp_path / "b"], tmp_path / "whole")
        with pytest.raises(TfgenError, match=r"holds another study: seed is 0 there and 1 here; choose another"):
            run_study(other, tmp_path / "a", FakeRunner())

    def test_a_method_without_any_score_has_failed_rows(self, spec, tmp_path):
        runner = FakeRunner(lambda trial: None if trial.method == "ns_gan" else 1.0)
        run_study(spec, tmp_path, runner)
        rows = Store(tmp_path).rows()
        assert {row["error"] for row in rows if row["status"] == "failed"} == {
            "no configuration of search came to a score"
        }
        assert sorted(row["method"] for row in rows if row["status"] == "failed") == ["ns_gan", "ns_gan"]

    def test_failed_trials_are_tried_again_where_that_is_asked_for(self, spec, tmp_path):
        run_study(spec, tmp_path, FakeRunner(lambda trial: None if trial.method == "ns_gan" else 1.0))
        second = FakeRunner(forbidden=(2, 3))
        run_study(spec, tmp_path, second, retry_failed=True)
        # The search itself was done; its seeds fail again, as nothing in it came to a score.
        assert second.ran == []
        assert len(Store(tmp_path).rows()) == 8

    def test_another_best_has_its_seeds_run_again(self, spec, tmp_path):
        failing = FakeRunner(lambda trial: None if (trial.method, trial.configuration) == ("vae", 1) else 5.0)
        run_study(spec, tmp_path, failing)
        store = Store(tmp_path)
        row = next(row for row in store.rows() if (row["method"], row["configuration"]) == ("vae", 1))
        store.remove([row["trial"]])
        store.add({**row, "status": "failed"})
        assert {row["configuration"] for row in store.rows() if row["phase"] == "seeds"} == {0}
        # Run again it is the best.
        run_study(spec, tmp_path, FakeRunner(lambda trial: 1.0), retry_failed=True)
        run_study(spec, tmp_path, FakeRunner(lambda trial: 1.0))
        again = [row for row in store.rows() if row["phase"] == "seeds"]
        assert {row["configuration"] for row in again if row["method"] == "vae"} == {1}
        assert {row["configuration"] for row in again if row["method"] == "ns_gan"} == {0}
        assert len(store.rows()) == 8

    def test_of_two_rows_the_one_that_did_not_fail_is_kept(self, spec, tmp_path):
        run_study(spec, tmp_path / "a", FakeRunner(), chosen=lambda trial: trial.number < 1)
        (tmp_path / "b").mkdir()
        store = Store(tmp_path / "b")
        (row,) = Store(tmp_path / "a").rows()
        store.add({**row, "status": "failed", "error": "x"})
        (tmp_path / "b" / driver.SPEC).write_text(spec.to_toml())
        for name, folders in (("ab", "ab"), ("ba", "ba")):
            merge_studies([tmp_path / folder for folder in folders], tmp_path / name)
            assert [row["status"] for row in Store(tmp_path / name).rows()] == ["done"]

    def test_the_best_is_the_lowest_and_the_first_of_equals(self):
        rows = [
            {"trial": n, "phase": "search", "dataset": "d", "method": "m", "best": value and {"value": value}}
            for n, value in enumerate((3.0, None, 1.0, 1.0))
        ]
        assert best_rows(rows, "search")["d", "m"]["trial"] == 2
        assert best_rows(rows, "other") == {}

    def test_a_folder_is_for_one_run_at_a_time(self, spec, tmp_path):
        with driver._held(tmp_path), pytest.raises(TfgenError, match="in use by another run"):
            run_study(spec, tmp_path, FakeRunner())

    def test_a_disk_without_room_is_told_before(self, spec, tmp_path, monkeypatch):
        monkeypatch.setattr(FakeRunner, "check", lambda self, trials: 10**15)
        monkeypatch.setattr(FakeRunner, "states", 1)
        with pytest.raises(TfgenError, match=r"MB free and the study needs 2,000,000,020; make room"):
            run_study(spec, tmp_path, FakeRunner(forbidden=range(8)))

    def test_a_folder_that_cannot_be_written(self, spec, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(TfgenError, match="cannot be written"):
            run_study(spec, tmp_path / "file" / "study", FakeRunner())
        with pytest.raises(TfgenError, match="there is no study in"):
            open_study(tmp_path)


class TestLocalRunner:
    def test_a_killed_process_costs_an_attempt_and_changes_no_row(self, spec, undisturbed, tmp_path):
        runner = LocalRunner(spec, tmp_path, workers=1)
        killed = []

        class Killing(LocalRunner):
            def run(self, trials):
                threading.Timer(
                    0.3, lambda: killed.append(os.kill(runner._all[0]._process.pid, signal.SIGKILL))
                ).start()
                yield from super().run(trials)

        runner.__class__ = Killing
        run_study(spec, tmp_path, runner, chosen=lambda trial: trial.number < 2)
        assert killed
        rows = Store(tmp_path).rows()
        assert max(row["attempts"] for row in rows) == 2
        assert [outcome(row) for row in rows] == undisturbed[:2]

    def test_a_trial_that_always_kills_fails(self, spec, tmp_path, monkeypatch):
        class Dead:
            last_end = "signal 9"

            def ask(self, message):
                return None

        runner = LocalRunner(spec, tmp_path, workers=1)
        monkeypatch.setattr(local, "_Worker", lambda job: Dead())
        monkeypatch.setattr(Dead, "stop", lambda self: None, raising=False)
        with runner:
            (row,) = runner.run(all_trials(spec)[:1])
        assert (row["status"], row["attempts"]) == ("failed", 5)
        assert "its process ended 5 times, the last by signal 9; workers.log has its last words" in row["error"]

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
