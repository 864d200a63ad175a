import pytest

from tfgen.data.sources import DatasetNotFoundError, NotHereError, find_local, first_found

PATTERNS = ("celeb_a*", "celeba*")


def absent(reason):
    def place():
        raise NotHereError(reason)

    return place


def test_places_are_tried_in_order():
    assert first_found("x", [absent("a"), lambda: "second", lambda: "third"]) == "second"


def test_one_error_names_all_places():
    with pytest.raises(DatasetNotFoundError) as caught:
        first_found("x", [absent("here: nothing"), absent("there: nothing")])
    assert str(caught.value).splitlines() == [
        "dataset 'x' was not found; tried, in this order:",
        "  - here: nothing",
        "  - there: nothing",
    ]


def test_a_fault_in_a_place_is_not_passed_over():
    def damaged():
        raise ValueError("damaged")

    with pytest.raises(ValueError, match="damaged"):
        first_found("x", [damaged, lambda: "second"])


def test_data_dir_goes_before_the_environment(tmp_path, monkeypatch):
    for name in ("one", "two"):
        (tmp_path / name / "celeba").mkdir(parents=True)
    monkeypatch.setenv("TFGEN_DATA", str(tmp_path / "one"))
    assert find_local(PATTERNS, None) == tmp_path / "one" / "celeba"
    assert find_local(PATTERNS, tmp_path / "two") == tmp_path / "two" / "celeba"


def test_finds_folders_and_zips_and_the_best_name_first(tmp_path):
    (tmp_path / "celeba.txt").touch()
    (tmp_path / "CelebA64.ZIP").touch()
    assert find_local(PATTERNS, tmp_path).name == "CelebA64.ZIP"
    assert find_local(PATTERNS, tmp_path / "CelebA64.ZIP").name == "CelebA64.ZIP"
    (tmp_path / "celeb_a").mkdir()
    assert find_local(PATTERNS, tmp_path).name == "celeb_a"


def test_a_folder_of_another_name_if_it_holds_the_set(tmp_path):
    assert find_local(PATTERNS, tmp_path, holds=lambda folder: True) == tmp_path
    with pytest.raises(NotHereError, match=r"holds no celeb_a\* or celeba\*; put it there"):
        find_local(PATTERNS, tmp_path)


def test_nothing_told_or_nothing_there(tmp_path):
    with pytest.raises(NotHereError, match=r"TFGEN_DATA \(or data_dir\): not set"):
        find_local(PATTERNS, None)
    with pytest.raises(NotHereError, match="no such folder"):
        find_local(PATTERNS, tmp_path / "nothing")
