"""The rows of a study: whole or not there, once, and waiting where there is no room."""

import csv
import sqlite3
import threading
import time

import pytest
from pyarrow import parquet

from benchmarks.created_equal import store as store_module
from benchmarks.created_equal.store import Store
from tfgen.errors import TfgenError


def row(trial, value=1.5, **changes):
    return {
        "trial": trial,
        "phase": "search",
        "dataset": "mnist",
        "method": "wgan",
        "configuration": 0,
        "seed": 0,
        "hyperparameters": {"clip": 0.01, "batch_norm": True},
        "recipe": {"steps": 10},
        "status": "done",
        "ended_at": 10,
        "error": None,
        "score": "FID",
        "scores": [{"step": 5, "values": {"FID": 2.5, "F1": None}}, {"step": 10, "values": {"FID": value, "F1": 0.0}}],
        "best": {"step": 10, "value": value},
        "last": {"step": 10, "value": value},
        "seconds": 1.25,
        "finished": "2020-01-01T00:00:00+00:00",
        **changes,
    }


def told(found):
    return {key: value for key, value in found.items() if value is not None}


def test_rows_come_back_as_they_were_in_order(tmp_path):
    store = Store(tmp_path)
    for number in (3, 1):
        store.add(row(number))
    found = Store(tmp_path).rows()
    assert [told(each) for each in found] == [told(row(1)), told(row(3))]
    assert found[0]["hyperparameters"]["batch_norm"] is True


def test_the_first_row_of_a_trial_stays(tmp_path):
    store = Store(tmp_path)
    store.add(row(1, 1.5))
    store.add(row(1, 0.5))
    assert [each["best"]["value"] for each in store.rows()] == [1.5]
    assert [each["values"]["FID"] for each in store.rows()[0]["scores"]] == [2.5, 1.5]


def test_a_removed_row_can_be_made_again(tmp_path):
    store = Store(tmp_path)
    store.add(row(1))
    store.add(row(2))
    store.remove([1])
    store.add(row(1, 0.5))
    assert [each["best"]["value"] for each in store.rows()] == [0.5, 1.5]


def test_a_row_that_breaks_off_leaves_nothing(tmp_path):
    store = Store(tmp_path)
    broken = row(1)
    broken["scores"][1]["values"]["FID"] = object()
    with pytest.raises(sqlite3.Error):
        store.add(broken)
    assert store.rows() == []


def test_a_full_disk_is_waited_for(tmp_path, monkeypatch):
    store = Store(tmp_path)
    store.add(row(0))
    room = {"pages": 0}
    plain = Store._open

    def with_little_room(self):
        file = plain(self)
        # SQLite's own limit: what goes beyond it fails as on a full disk. It cannot be less than what is there.
        file.execute(f"PRAGMA max_page_count = {room['pages'] or 1}")
        return file

    monkeypatch.setattr(Store, "_open", with_little_room)
    monkeypatch.setattr(store_module, "_PAUSE_SECONDS", 0.01)
    large = row(1, error="x" * 100_000)
    writer = threading.Thread(target=store.add, args=(large,))
    writer.start()
    time.sleep(0.2)
    assert writer.is_alive()
    assert [each["trial"] for each in store.rows()] == [0]
    room["pages"] = 1_000_000
    writer.join(timeout=30)
    assert not writer.is_alive()
    assert [each["trial"] for each in store.rows()] == [0, 1]


def test_a_file_that_is_gone_is_told(tmp_path):
    store = Store(tmp_path)
    store.path.unlink()
    with pytest.raises(TfgenError, match="is gone, and with it what was found; run the study again"):
        store.add(row(1))


def test_a_row_that_is_written_meanwhile_is_not_read_by_half(tmp_path, monkeypatch):
    store = Store(tmp_path)
    store.add(row(0))
    writer = threading.Thread(target=Store(tmp_path).add, args=(row(1),))

    class Reader(sqlite3.Connection):
        def execute(self, statement, *values):
            if "FROM trials" in statement:
                writer.start()
                time.sleep(0.3)
            return super().execute(statement, *values)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_open", lambda self: sqlite3.connect(self.path, timeout=60.0, factory=Reader))
        found = store.rows()
    writer.join()
    assert all(each["scores"] for each in found)
    assert [each["trial"] for each in store.rows()] == [0, 1]


def test_tables_for_other_programs(tmp_path):
    store = Store(tmp_path)
    store.add(row(1, error='a "quoted", text\nof two lines'))
    store.add(row(2))
    assert {path.name for path in store.export()} == {"trials.csv", "trials.parquet", "scores.csv", "scores.parquet"}
    with (tmp_path / "trials.csv").open(newline="") as file:
        trials = list(csv.DictReader(file))
    assert [each["trial"] for each in trials] == ["1", "2"]
    assert trials[0]["error"] == 'a "quoted", text\nof two lines'
    scores = parquet.read_table(tmp_path / "scores.parquet").to_pylist()
    assert {"trial": 1, "step": 5, "name": "FID", "value": 2.5} in scores
    assert len(scores) == 8
    assert parquet.read_table(tmp_path / "trials.parquet").column("seconds").to_pylist() == [1.25, 1.25]


def test_what_is_no_store(tmp_path):
    (tmp_path / store_module.FILE).write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    with pytest.raises(TfgenError, match="cannot be used"):
        Store(tmp_path)
