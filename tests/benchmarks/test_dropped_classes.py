from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from side_studies_command import main

from benchmarks.created_equal.side_studies import read
from benchmarks.created_equal.side_studies.dropped_classes import (
    DISTANCE,
    SCORE,
    DroppedClasses,
    mean_by_kept,
    scores,
    steps,
)
from benchmarks.created_equal.side_studies.study import Findings
from tfgen.data.writing import write_images
from tfgen.evaluation.collecting import Collected

CLASSES = 5
COUNT = 100


@pytest.fixture
def separated():
    """Features and sure probabilities of well separated classes, their labels, and features of a test split."""
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(CLASSES), COUNT)
    centres = 10 * np.eye(CLASSES)
    features, test = (centres[labels] + random.normal(size=(len(labels), CLASSES)) for _ in range(2))
    return Collected(len(labels), features=features, probabilities=np.eye(CLASSES)[labels]), labels, test


def findings(rows, classifier="tiny_classifier", dataset="other"):
    network = {"score": "FID[tiny]", "resizer": "none", "quantisation": "uint8", "sha256": "ab"}
    names = {"training": {"name": "a:train"}, "test": {"name": "a:test"}}
    protocol = {"dataset": dataset, "repeats": 3, "seed": 0, "extractors": {classifier: network}, **names}
    return Findings(protocol, [{"extractor": classifier, **row} for row in rows])


def test_distance_rises_with_each_class_that_is_dropped(separated):
    rows = scores(*separated, count=COUNT, repeats=4)
    assert len(rows) == 4 * CLASSES
    assert (steps(rows, DISTANCE) < 0).all()
    # One class of five: the means are apart by 10 sqrt(1 - 1/5), and the covariance lacks 100 (1/5 - 1/25) a class.
    one = mean_by_kept(rows, DISTANCE)[1][0]
    assert one == pytest.approx(100 * (1 - 1 / CLASSES) + _covariance_part(), rel=0.1)
    # A classifier that is sure of these classes counts them.
    for kept, (mean, _) in mean_by_kept(rows, SCORE).items():
        assert mean == pytest.approx(kept, rel=0.03)


def _covariance_part():
    """Of N(., I) against the mixture, whose covariance is I and 100 (diag(1/5) - 1/25) of the centres."""
    mixture = np.eye(CLASSES) + 100 * (np.eye(CLASSES) / CLASSES - 1 / CLASSES**2)
    return np.square(np.sqrt(np.linalg.eigvalsh(mixture)) - 1).sum()


def test_classes_come_back_in_random_orders_one_by_one(separated):
    rows = scores(*separated, count=COUNT, repeats=3)
    for order in range(3):
        mine = [row["classes"] for row in rows if row["order"] == order]
        assert [len(classes) for classes in mine] == [1, 2, 3, 4, 5]
        assert all(fewer == more[:-1] for fewer, more in pairwise(mine))
    assert len({tuple(row["classes"]) for row in rows if row["kept"] == CLASSES}) > 1
    assert scores(*separated, count=COUNT, repeats=3) == rows


def test_the_text_follows_the_rows(separated):
    rows = scores(*separated, count=COUNT, repeats=3)
    text = DroppedClasses().describe(findings(rows))
    assert "it falls at 12 of 12 steps" in text
    assert "it rises at 12 of 12 steps" in text
    assert "its Inception Score counts them" not in text
    own = findings(rows, "other_classifier")
    assert "its Inception Score counts them" in DroppedClasses().describe(own)
    # A network that sees one class in everything has a score of 1 throughout.
    blind = Collected(len(separated[1]), features=separated[0].features, probabilities=np.ones((len(separated[1]), 1)))
    text = DroppedClasses().describe(findings(scores(blind, *separated[1:], count=COUNT, repeats=3)))
    assert "goes from 1 with 1 to 1 with all 5, 1.00 times as much; it rises at 0 of 12 steps" in text
    none = Collected(len(separated[1]), features=separated[0].features)
    text = DroppedClasses().describe(findings(scores(none, *separated[1:], count=COUNT, repeats=3)))
    assert "gives no probabilities" in text


def test_the_command_on_a_folder_of_classes(tmp_path):
    random = np.random.default_rng(0)
    for split in ("train", "test"):
        for index, name in enumerate(("dark", "grey", "light")):
            images = np.clip(random.normal(0.6 * (index - 1), 0.2, (20, 8, 8, 1)), -1, 1).astype(np.float32)
            write_images([images], 20, tmp_path / "data" / split / name)
    arguments = ["dropped_classes", "--dataset", str(tmp_path / "data"), "--extractor", "untrained", "--repeats", "2"]
    main([*arguments, "--output", str(tmp_path / "out")])
    (study,) = read(tmp_path / "out")
    assert {row["images"] for row in study.rows} == {20}
    assert {name for row in study.rows for name in row["classes"]} == {"dark", "grey", "light"}
    assert all(row[SCORE] is None for row in study.rows)
    assert Image.open(study.picture).width == 800
    assert study.protocol["settings"] == {"inception_score_splits": 1}
    # What one study cannot measure, another can.
    more = [arguments[0], "sample_size", *arguments[1:], "--counts", "21", "--output", str(tmp_path / "more")]
    with pytest.raises(
        SystemExit, match=r"dropped_classes: 21 images are asked for .*; 2 to 20 are there \(--counts\)"
    ):
        main(more)
    assert [study.name for study in read(tmp_path / "more")] == ["sample_size"]
