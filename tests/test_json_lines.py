import pytest

from tfgen.json_lines import append_rows, keep_rows, read_rows


def test_rows_come_back_in_order(tmp_path):
    path = tmp_path / "new" / "rows.jsonl"
    append_rows(path, [{"a": 1}, {"a": 2.5}])
    append_rows(path, [{"a": None}])
    assert read_rows(path) == [{"a": 1}, {"a": 2.5}, {"a": None}]
    assert len(path.read_text().splitlines()) == 3


def test_a_line_that_a_kill_cut_short_is_left_out(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\n{"a": ')
    assert read_rows(path) == [{"a": 1}]


def test_no_file_is_no_rows(tmp_path):
    assert read_rows(tmp_path / "rows.jsonl") == []


def test_dropping_rows_keeps_the_others_and_the_cut_line_goes(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\n{"a": 3}\n{"a": 2}\n{"a": ')
    assert keep_rows(path, lambda row: row["a"] < 3) == [{"a": 1}, {"a": 2}]
    append_rows(path, [{"a": 5}])
    assert read_rows(path) == [{"a": 1}, {"a": 2}, {"a": 5}]


def test_what_cannot_be_written_as_json_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "rows.jsonl"
    append_rows(path, [{"a": 1}])
    with pytest.raises(TypeError):
        append_rows(path, [{"a": 2}, {"a": object()}])
    assert read_rows(path) == [{"a": 1}]
