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


def test_what_comes_after_a_cut_line_is_not_lost(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\n{"a": ')
    append_rows(path, [{"a": 2}, {"a": 3}])
    append_rows(path, [{"a": 4}])
    assert read_rows(path) == [{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}]


def test_a_row_whose_line_end_was_cut_is_a_row(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}')
    append_rows(path, [{"a": 2}])
    assert path.read_text() == '{"a": 1}\n{"a": 2}\n'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_json_has_no_number_for_is_refused(tmp_path, value):
    path = tmp_path / "rows.jsonl"
    append_rows(path, [{"a": 1}])
    with pytest.raises(ValueError, match="a row holds NaN or infinity, which JSON does not have; write null for it"):
        append_rows(path, [{"a": 2}, {"b": {"a": value}}])
    assert path.read_text() == '{"a": 1}\n'


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
