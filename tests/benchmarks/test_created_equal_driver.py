"""A study in its folder: what is run, in which order, gone on with, merged, refused."""

from pathlib import Path

import pytest
from fake_runner import FakeRunner
from tiny_study import tiny_study, tiny_table

from benchmarks.created_equal import driver
from benchmarks.created_equal.driver import best_rows, open_study, run_study
from benchmarks.created_equal.merging import merge_studies
from benchmarks.created_equal.spec import make_spec
from benchmarks.created_equal.store import Store
from benchmarks.created_equal.trials import all_trials
from tfgen.errors import TfgenError


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    return tiny_study(tmp_path_factory.mktemp("pictures"))


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

    def test_the_best_of_a_search_waits_for_all_of_it(self, spec, tmp_path, capsys):
        left = run_study(spec, tmp_path, FakeRunner(), chosen=lambda trial: trial.number != 1)
        # ns_gan's search lacks a trial, the VAE's does not.
        assert [trial.method for trial in left] == ["ns_gan", "ns_gan"]
        # Nor are they waited for.
        assert "[5/5] vae" in capsys.readouterr().out
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

    def test_a_method_without_any_score_has_nothing_to_train_for(self, spec, tmp_path):
        runner = FakeRunner(lambda trial: None if trial.method == "ns_gan" else 1.0)
        run_study(spec, tmp_path, runner)
        untrained = [row for row in Store(tmp_path).rows() if row["status"] == "untrained"]
        assert {row["error"] for row in untrained} == {"no configuration of search came to a score"}
        assert [row["method"] for row in untrained] == ["ns_gan", "ns_gan"]

    def test_rows_are_kept_as_they_come_whatever_else_has_nothing_to_train_for(self, spec, tmp_path):
        class Stopped(FakeRunner):
            def run(self, trials):
                for row in super().run(trials):
                    yield row
                    if row["phase"] == "seeds":
                        raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_study(spec, tmp_path, Stopped(lambda trial: None if trial.method == "ns_gan" else 1.0))
        rows = [(row["method"], row["status"]) for row in Store(tmp_path).rows() if row["phase"] == "seeds"]
        assert rows == [("ns_gan", "untrained"), ("ns_gan", "untrained"), ("vae", "done")]

    def test_a_spec_that_was_mended_takes_the_folder_of_the_one_that_could_not_be(self, spec, tmp_path, monkeypatch):
        def check(self, trials):
            raise TfgenError("no data")

        with monkeypatch.context() as patch:
            patch.setattr(FakeRunner, "check", check)
            with pytest.raises(TfgenError, match="no data"):
                run_study(spec, tmp_path, FakeRunner())
        mended = make_spec({**tiny_table(Path(spec.datasets["pictures"]["name"])), "batch_size": 4})
        assert run_study(mended, tmp_path, FakeRunner()) == []
        assert open_study(tmp_path)[0].table["batch_size"] == 4

    def test_a_spec_of_the_user_s_own_is_not_written_over(self, spec, tmp_path):
        (tmp_path / driver.SPEC).write_text("# mine")
        with pytest.raises(TfgenError, match=r"spec\.toml is not of a study, and would be written over"):
            run_study(spec, tmp_path, FakeRunner())
        with pytest.raises(TfgenError, match="there is no study in"):
            open_study(tmp_path)
        assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == [driver.SPEC]
        assert (tmp_path / driver.SPEC).read_text() == "# mine"

    def test_what_failed_says_why_at_once(self, spec, tmp_path, capsys):
        run_study(spec, tmp_path, FakeRunner(told=lambda t: {"status": "failed", "error": "no room"}))
        assert "configuration 0, seed 0: FID 5 at 10, failed at 0 (no room)" in capsys.readouterr().out

    def test_failed_trials_are_tried_again_where_that_is_asked_for(self, spec, tmp_path):
        failed = FakeRunner(told=lambda trial: {"status": "failed"} if trial.method == "ns_gan" else {})
        run_study(spec, tmp_path, failed)
        run_study(spec, tmp_path, FakeRunner(forbidden=range(8)))
        second = FakeRunner(forbidden=[trial.number for trial in all_trials(spec) if trial.method == "vae"])
        run_study(spec, tmp_path, second, retry_failed=True)
        # Its seeds, which had nothing to train for, are trained too.
        assert [trial.phase for trial in second.ran] == ["search", "search", "seeds", "seeds"]
        assert [row["status"] for row in Store(tmp_path).rows()] == ["done"] * 8

    def test_nothing_is_forgotten_of_a_study_that_cannot_be_tried_again(self, spec, tmp_path, monkeypatch):
        run_study(spec, tmp_path, FakeRunner(told=lambda trial: {"status": "failed", "error": "x"}))
        before = Store(tmp_path).rows()

        def check(self, trials):
            raise TfgenError("no data")

        monkeypatch.setattr(FakeRunner, "check", check)
        with pytest.raises(TfgenError, match="no data"):
            run_study(spec, tmp_path, FakeRunner(), retry_failed=True)
        assert Store(tmp_path).rows() == before

    def test_what_failed_is_not_the_best_whatever_its_checkpoints_had(self, spec, tmp_path):
        run_study(spec, tmp_path, FakeRunner(told=lambda t: {"status": "failed"} if t.configuration == 1 else {}))
        assert {row["configuration"] for row in Store(tmp_path).rows() if row["phase"] == "seeds"} == {0}

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

    def test_seeds_of_what_is_the_best_no_more_go_after_a_kill_before_they_were_forgotten(self, spec, tmp_path):
        run_study(spec, tmp_path, FakeRunner(lambda trial: 5.0))
        store = Store(tmp_path)
        row = next(row for row in store.rows() if (row["method"], row["configuration"]) == ("vae", 1))
        store.remove([row["trial"]])
        store.add({**row, "best": {"step": 10, "value": 1.0}})
        again = FakeRunner()
        assert run_study(spec, tmp_path, again) == []
        assert {(trial.method, trial.configuration) for trial in again.ran} == {("vae", 1)}

    def test_the_seeds_of_the_best_of_all_folders_are_kept(self, spec, tmp_path):
        run_study(spec, tmp_path / "a", FakeRunner(told=lambda t: {"status": "failed"} if t.configuration == 1 else {}))
        run_study(spec, tmp_path / "b", FakeRunner())
        for name in ("ab", "ba"):
            assert merge_studies([tmp_path / folder for folder in name], tmp_path / name) == 8
            seeds = [row for row in Store(tmp_path / name).rows() if row["phase"] == "seeds"]
            assert {row["configuration"] for row in seeds} == {1}
        assert merge_studies([tmp_path / "b"], tmp_path / "a") == 8
        assert {row["status"] for row in Store(tmp_path / "a").rows()} == {"done"}

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

    def test_what_failed_elsewhere_stays(self, spec, tmp_path):
        run_study(spec, tmp_path / "a", FakeRunner(), chosen=lambda trial: trial.number == 0)
        failing = FakeRunner(told=lambda trial: {"status": "failed", "error": "x"})
        run_study(spec, tmp_path / "whole", failing, chosen=lambda trial: trial.number == 1)
        assert merge_studies([tmp_path / "a"], tmp_path / "whole") == 2
        assert [row["status"] for row in Store(tmp_path / "whole").rows()] == ["done", "failed"]

    def test_the_best_is_the_lowest_and_the_first_of_equals(self):
        rows = [
            {
                **{"trial": n, "phase": "search", "dataset": "d", "method": "m", "status": "done"},
                "best": value and {"value": value},
            }
            for n, value in enumerate((3.0, None, 1.0, 1.0))
        ]
        assert best_rows(rows, "search")["d", "m"]["trial"] == 2
        assert best_rows(rows, "other") == {}

    def test_a_folder_is_for_one_run_at_a_time(self, spec, tmp_path):
        with driver.held(tmp_path), pytest.raises(TfgenError, match="in use by another run"):
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
