"""Scores of several checkpoints: together by one protocol, ranked, as Markdown, and refused where there are none."""

import pytest
from tiny_zoo import change_card

from tfgen.errors import CheckpointError, TfgenError
from tfgen.recipes import RecipeError
from tfgen.zoo.comparison import compare, markdown

FID = {
    "name": "FID[dots_classifier]",
    "value": 5.0,
    "standard_error": None,
    "metric": "fid",
    "higher_is_better": False,
    "settings": {},
    "subject": {"name": "dots", "images": 100, "quantisation": "uint8", "checkpoint_sha256": "0" * 64, "seed": 0},
    "reference": {"name": "dots:test", "images": 200},
    "extractor": {"name": "dots_classifier", "resizer": "none", "quantisation": "uint8"},
    "seed": 0,
}
RECALL = FID | {"name": "recall", "metric": "prdc", "higher_is_better": True, "settings": {"k": 3}}
SETTINGS = "100 of each, seed 0 against 200 of dots:test; dots_classifier, none, uint8"


@pytest.fixture
def cards(zoo):
    """The zoo's cards, with these rows of scores."""

    def score(**rows):
        for method, scores in rows.items():
            change_card(zoo / f"{method}_dots", lambda card, scores=scores: card.update(scores=scores))

    return score


def test_scores_measured_alike_stand_together_the_best_first(cards):
    cards(
        gan=[FID, RECALL | {"value": 0.25}],
        vae=[
            RECALL | {"value": 0.5},
            FID | {"value": 4.0, "subject": FID["subject"] | {"checkpoint_sha256": "1" * 64}},
        ],
    )
    fid, recall = compare(["gan_dots", "vae_dots"])
    assert (fid.title, fid.protocol) == ("FID[dots_classifier] ↓", SETTINGS)
    assert list(fid.rows) == ["vae_dots", "gan_dots"]
    assert (recall.title, recall.protocol) == ("recall ↑", f"{SETTINGS}; k 3")
    assert list(recall.rows) == ["vae_dots", "gan_dots"]
    assert [row["value"] for row in recall.rows.values()] == [0.5, 0.25]


@pytest.mark.parametrize(
    "other",
    [
        {"subject": FID["subject"] | {"images": 50}},
        {"reference": {"name": "dots:train", "images": 200}},
        {"extractor": {**FID["extractor"], "resizer": "clean_bicubic"}},
        {"seed": 1},
    ],
)
def test_scores_measured_otherwise_stand_apart(cards, other):
    cards(gan=[FID], vae=[FID | other])
    assert [list(score.rows) for score in compare(["gan_dots", "vae_dots"])] == [["gan_dots"], ["vae_dots"]]


def test_protocols_that_sound_alike_are_told_in_full(cards):
    cards(gan=[FID], vae=[FID | {"extractor": {**FID["extractor"], "sha256": "1" * 64}}])
    one, other = compare(["gan_dots", "vae_dots"])
    assert one.protocol != other.protocol
    assert f"extractor sha256 {'1' * 64}" in other.protocol


def test_other_metrics_of_another_network_are_told_in_full_too(cards):
    other = FID["extractor"] | {"sha256": "1" * 64}
    cards(gan=[FID, RECALL | {"extractor": other, "settings": {}}], vae=[])
    fid, recall = compare(["gan_dots", "vae_dots"])
    assert fid.protocol != recall.protocol


def test_without_a_better_direction_the_order_is_that_of_the_names(cards):
    row = FID | {"name": "share", "higher_is_better": None}
    cards(gan=[row | {"value": 5.0}], vae=[row | {"value": 4.0}])
    (score,) = compare(["gan_dots", "vae_dots"])
    assert (score.title, list(score.rows)) == ("share", ["gan_dots", "vae_dots"])


def test_what_is_not_finite_comes_last(cards):
    cards(gan=[RECALL | {"value": None}], vae=[RECALL | {"value": 0.0}])
    assert list(compare(["gan_dots", "vae_dots"])[0].rows) == ["vae_dots", "gan_dots"]


def test_a_choice_of_metrics(cards):
    cards(gan=[FID, RECALL], vae=[])
    assert [score.title for score in compare(["gan_dots", "vae_dots"], ["prdc"])] == ["recall ↑"]
    with pytest.raises(TfgenError, match=r"gan_dots, vae_dots have no score of kid; `tfgen evaluate NAME --card`"):
        compare(["gan_dots", "vae_dots"], ["kid"])


def test_markdown_has_a_row_for_each_checkpoint_in_the_order_asked_for(cards):
    precision = RECALL | {"name": "precision", "value": 0.5}
    cards(gan=[FID | {"standard_error": 0.5}], vae=[FID | {"value": 4.0}, RECALL, precision])
    names = ["gan_dots", "vae_dots"]
    assert list(markdown(names, compare(names))) == [
        "| checkpoint | steps | FID[dots_classifier] ↓ (1) | recall ↑ (2) | precision ↑ (2) |",
        "|---|---|---|---|---|",
        "| `gan_dots` | 3 | 5 ± 0.5 |  |  |",
        "| `vae_dots` | 3 | 4 | 5 | 0.5 |",
        "",
        f"1. {SETTINGS}",
        f"2. {SETTINGS}; k 3",
    ]


def test_names_that_are_not_there(zoo):
    with pytest.raises(RecipeError):
        compare(["nothing_dots"])
    (zoo / "gan_dots" / "card.json").unlink()
    with pytest.raises(CheckpointError, match="no published weights"):
        compare(["gan_dots"])
