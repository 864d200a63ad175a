"""Files and folders that are there whole or not at all."""

import os

import pytest

from tfgen.files import atomic_folder, atomic_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def fail_half_way(writing, name, error):
    with writing as temporary:
        (temporary / name).write_text("ha")
        raise error


def test_a_file_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "new" / "model.weights.h5"
    with atomic_path(path) as temporary:
        # Keras reads the kind of a file off its name.
        assert temporary.name.endswith(".weights.h5")
        assert temporary.parent == path.parent
        temporary.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert names(path.parent) == ["model.weights.h5"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "log.txt"
    path.write_text("old")
    with pytest.raises(error):
        fail_half_way(atomic_path(path), "", error)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["log.txt"]


def test_a_file_has_the_rights_that_the_umask_gives(tmp_path):
    before = os.umask(0o027)
    try:
        with atomic_path(tmp_path / "file"):
            pass
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


def test_a_folder_replaces_the_old_one_in_whole(tmp_path):
    path = tmp_path / "1"
    for content in ("first", "second"):
        with atomic_folder(path) as temporary:
            (temporary / content).write_text(content)
        assert names(path) == [content]
    with pytest.raises(ValueError, match="half way"):
        fail_half_way(atomic_folder(path), "third", ValueError("half way"))
    assert names(path) == ["second"]
    assert names(tmp_path) == ["1"]
