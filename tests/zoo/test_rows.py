import math

import pytest

from tfgen.zoo.rows import best_row, describe

ROW = {
    "name": "FID[some_classifier]",
    "value": 12.3456789,
    "standard_error": None,
    "settings": {},
    "higher_is_better": False,
    "subject": {"name": "gan_dots", "images": 10_000, "seed": 3, "checkpoint_sha256": "0" * 64},
    "reference": {"name": "dots:test", "images": 2_000},
    "extractor": {"name": "some_classifier", "resizer": "none", "quantisation": "uint8"},
}


def test_a_row_in_words():
    assert describe(ROW) == (
        "FID[some_classifier]",
        "12.35",
        "10,000 of gan_dots, seed 3 against 2,000 of dots:test",
        "some_classifier, none, uint8",
        "",
    )


def test_error_constants_and_images_without_a_seed():
    changed = {
        "standard_error": 0.0123,
        "settings": {"k": 3, "pairs": 5, "shares": [0.1, 0.9]},
        "extractor": None,
        "subject": {"name": "photos", "images": 5},
    }
    assert describe(ROW | changed) == (
        "FID[some_classifier]",
        "12.35 ± 0.012",
        "5 of photos against 2,000 of dots:test",
        "no network",
        "k 3, pairs 5",
    )


def test_a_score_that_asks_the_model_drew_no_samples():
    assert describe(ROW | {"subject": {"name": "vae_dots", "seed": 3}})[2] == "vae_dots against 2,000 of dots:test"


def test_a_score_that_compares_with_nothing():
    assert describe(ROW | {"reference": None})[2] == "10,000 of gan_dots, seed 3"
    assert describe(ROW | {"reference": None, "subject": {"name": "vae_dots"}})[2] == "vae_dots"


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_a_value_that_is_not_finite(value):
    row = {key: content for key, content in ROW.items() if key != "standard_error"}
    assert describe(row | {"value": value})[1] == "not finite"


def training(*values, **changes):
    """Rows of a training, a step a value, from step 1 on."""
    return [{**ROW, "step": step, "value": value, **changes} for step, value in enumerate(values, start=1)]


def test_the_best_is_the_lowest_or_the_highest():
    assert best_row(training(3.0, 2.0, 2.5, 2.0))["step"] == 2
    assert best_row(training(3.0, 2.0, 2.5, 3.0, higher_is_better=True))["step"] == 1


def test_the_first_score_of_each_step_counts():
    rows = [
        {**ROW, "step": step, "name": name, "value": value}
        for step, name, value in ((1, "FID", 3.0), (1, "IS", 1.0), (2, "FID", 2.0), (2, "IS", 9.0), (2, "FID", 0.5))
    ]
    assert best_row(rows) == rows[2]


@pytest.mark.parametrize(
    "older",
    [
        {"name": "KID"},
        {"settings": {"k": 3}},
        {"reference": {"name": "dots:train", "images": 2_000}},
        {"reference": None},
        {"extractor": {**ROW["extractor"], "resizer": "clean_bicubic"}},
        {"seed": 1},
        {"subject": {**ROW["subject"], "images": 500}},
        {"subject": {**ROW["subject"], "quantisation": "float"}},
    ],
)
def test_scores_of_an_older_protocol_compare_with_nothing(older):
    rows = training(0.5, **older) + [{**row, "step": row["step"] + 1} for row in training(3.0, 2.0)]
    assert best_row(rows)["step"] == 3
    # What is not part of how it was measured changes nothing.
    assert (
        best_row([{**row, "version": row["step"], "seconds": row["step"]} for row in training(0.5, 2.0)])["step"] == 1
    )


def test_what_came_out_in_each_class_is_no_protocol():
    rows = training(0.5, 3.0, 2.0)
    for row in rows:
        row["settings"] = {"k": 3, "shares": [row["value"], 0.0]}
    assert best_row(rows)["step"] == 1


def test_what_is_not_finite_is_never_the_best():
    assert best_row(training(math.nan, None, 4.0, -math.inf, 3.0, None))["step"] == 5
    assert best_row(training(math.nan, None)) is None


def test_no_best_of_no_rows_or_of_a_score_without_a_better_direction():
    assert best_row([]) is None
    assert best_row(training(1.0, 2.0, higher_is_better=None)) is None
