"""Scores on a checkpoint's card: added, replaced by the same protocol, refused for other weights."""

import json
import math
import threading

import pytest
from tiny_zoo import change_card

from tfgen.errors import TfgenError
from tfgen.zoo import card, load
from tfgen.zoo import scores as scores_module
from tfgen.zoo.readme import write_readme
from tfgen.zoo.scores import add_scores


def row(zoo, **changes):
    sha256 = json.loads((zoo / "gan_dots" / "card.json").read_text())["weights"]["sha256"]
    return {
        "name": "FID[dots_classifier]",
        "value": 5.0,
        "standard_error": None,
        "metric": "fid",
        "higher_is_better": False,
        "settings": {},
        "subject": {"name": "gan_dots", "images": 100, "checkpoint_sha256": sha256, "seed": 0},
        "reference": {"name": "dots:test", "images": 200, "origin": "made up"},
        "extractor": {"name": "dots_classifier", "resizer": "none", "quantisation": "uint8", "sha256": "1" * 64},
        "seconds": 1.0,
        "version": "0.1.0",
        **changes,
    }


def test_rows_stand_on_the_card_and_on_its_page(zoo):
    before = load("gan_dots").sample(2, seed=0)
    folder = add_scores("gan_dots", [row(zoo), row(zoo, name="KID[dots_classifier]", metric="kid", value=0.25)])
    assert folder == zoo / "gan_dots"
    assert [score["value"] for score in card("gan_dots")["scores"]] == [5.0, 0.25]
    page = (folder / "README.md").read_text()
    assert (
        "| FID[dots_classifier] | 5 | 100 of gan_dots, seed 0 against 200 of dots:test | dots_classifier, none" in page
    )
    assert "| KID[dots_classifier] | 0.25 |" in page
    assert "![Samples](samples.png)" in page
    assert (load("gan_dots").sample(2, seed=0) == before).all()
    assert not [path for path in zoo.iterdir() if path.name.startswith(".")]


def test_the_same_protocol_is_told_once(zoo):
    add_scores("gan_dots", [row(zoo)])
    more = {"name": "gan_dots", "images": 500, "checkpoint_sha256": row(zoo)["subject"]["checkpoint_sha256"], "seed": 0}
    add_scores("gan_dots", [row(zoo, value=4.0, seconds=9.0), row(zoo, value=3.0, subject=more)])
    assert [score["value"] for score in card("gan_dots")["scores"]] == [4.0, 3.0]


def test_a_checkpoint_asked_for_by_its_path_is_no_other(zoo):
    add_scores("gan_dots", [row(zoo)])
    by_path = {**row(zoo)["subject"], "name": str(zoo / "gan_dots")}
    add_scores(str(zoo / "gan_dots"), [row(zoo, value=4.0, subject=by_path)])
    (found,) = card("gan_dots")["scores"]
    assert (found["value"], found["subject"]["name"]) == (4.0, "gan_dots")


def test_a_row_of_the_weights_before_they_were_halved_is_told_as_such_and_replaced(zoo):
    add_scores("gan_dots", [row(zoo), row(zoo, name="KID", metric="kid")])
    change_card(zoo / "gan_dots", lambda found: found["scores"][0]["subject"].update(checkpoint_sha256="3" * 64))
    write_readme(zoo / "gan_dots", card("gan_dots"))
    told = f"Measured on an earlier file of these weights, sha256 `{'3' * 64}`: FID[dots_classifier].\n"
    assert told in (zoo / "gan_dots" / "README.md").read_text()
    add_scores("gan_dots", [row(zoo, value=4.0)])
    assert sorted(score["value"] for score in card("gan_dots")["scores"]) == [4.0, 5.0]
    assert "Measured on an earlier file" not in (zoo / "gan_dots" / "README.md").read_text()


def test_a_score_of_other_weights_is_refused(zoo):
    before = (zoo / "gan_dots" / "card.json").read_bytes()
    for subject in ({"name": "x", "images": 5}, {"name": "x", "images": 5, "checkpoint_sha256": "2" * 64}):
        with pytest.raises(TfgenError, match=r"FID\[dots_classifier\] was not measured on the weights that the card"):
            add_scores("gan_dots", [row(zoo, subject=subject)])
    assert (zoo / "gan_dots" / "card.json").read_bytes() == before


def test_an_untrained_checkpoint_has_no_card(zoo):
    with pytest.raises(TfgenError, match="gan_untrained has no published weights yet"):
        add_scores("gan_untrained", [row(zoo)])


def test_a_failure_leaves_the_checkpoint_as_it_was(zoo):
    change_card(zoo / "gan_dots", lambda found: found.pop("data"))
    before = (zoo / "gan_dots" / "card.json").read_bytes()
    with pytest.raises(KeyError):
        add_scores("gan_dots", [row(zoo)])
    assert (zoo / "gan_dots" / "card.json").read_bytes() == before
    assert not [path for path in zoo.iterdir() if path.name.startswith(".")]


def test_two_at_a_time_lose_no_score(zoo, monkeypatch):
    write_readme = scores_module.write_readme
    others = []

    def meanwhile(folder, card):
        if not others:
            others.append(threading.Thread(target=add_scores, args=("gan_dots", [row(zoo, name="KID", value=0.25)])))
            others[0].start()
            others[0].join(0.5)
        write_readme(folder, card)

    monkeypatch.setattr(scores_module, "write_readme", meanwhile)
    add_scores("gan_dots", [row(zoo)])
    others[0].join()
    assert [score["value"] for score in card("gan_dots")["scores"]] == [5.0, 0.25]
    assert "| KID | 0.25 |" in (zoo / "gan_dots" / "README.md").read_text()


def test_only_the_card_and_its_page_are_written(zoo):
    weights = zoo / "gan_dots" / "model.weights.h5"
    before = weights.stat().st_ino
    add_scores("gan_dots", [row(zoo)])
    assert weights.stat().st_ino == before


def test_a_page_that_cannot_be_written_leaves_the_old_card(zoo, monkeypatch):
    def fail(folder, card):
        raise OSError("no space left on device")

    monkeypatch.setattr(scores_module, "write_readme", fail)
    with pytest.raises(OSError, match="no space left"):
        add_scores("gan_dots", [row(zoo)])
    assert card("gan_dots")["scores"] == []
    assert not [path for path in (zoo / "gan_dots").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("changes", [{"value": math.nan}, {"standard_error": math.inf}])
def test_a_card_holds_json_numbers_only(zoo, changes):
    before = (zoo / "gan_dots" / "card.json").read_bytes()
    with pytest.raises(ValueError, match="a row holds NaN or infinity, which JSON does not have"):
        add_scores("gan_dots", [row(zoo), row(zoo, name="KID", **changes)])
    assert (zoo / "gan_dots" / "card.json").read_bytes() == before
