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
        "10,000 of seed 3 against 2,000 of dots:test",
        "some_classifier, none, uint8",
        "",
    )


def test_error_constants_and_images_without_a_seed():
    changed = {"standard_error": 0.0123, "settings": {"k": 3, "pairs": 5}, "extractor": None, "subject": {"images": 5}}
    assert describe(ROW | changed) == (
        "FID[some_classifier]",
        "12.35 ± 0.012",
        "5 against 2,000 of dots:test",
        "no network",
        "k 3, pairs 5",
    )


def test_a_score_that_asks_the_model_drew_no_samples():
    assert describe(ROW | {"subject": {"name": "vae_dots", "seed": 3}})[2] == "2,000 of dots:test"


def test_the_best_is_the_lowest_or_the_highest_of_the_first_score():
    values = [("FID", 3.0), ("IS", 1.0), ("FID", 2.0), ("IS", 9.0), ("FID", 2.5)]
    rows = [{**ROW, "name": name, "value": value} for name, value in values]
    assert best_row(rows)["value"] == 2.0
    assert best_row([{**row, "higher_is_better": True} for row in rows])["value"] == 3.0
