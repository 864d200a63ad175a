import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from side_studies_command import main

from benchmarks.created_equal.side_studies import SIDE_STUDIES, read
from benchmarks.created_equal.side_studies.sample_size import HALVES, TEST, SampleSize, distances, recalled, trend
from benchmarks.created_equal.side_studies.study import Findings
from tfgen.data.writing import write_images
from tfgen.errors import TfgenError

WIDTH = 6


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """A folder of 120 training and 60 test images of 8x8."""
    folder = tmp_path_factory.mktemp("data")
    random = np.random.default_rng(0)
    for split, count in (("train", 120), ("test", 60)):
        write_images([random.uniform(-1, 1, (count, 8, 8, 1)).astype(np.float32)], count, folder / split)
    return str(folder)


def told(mean):
    """Of two draws."""
    return {"values": [mean - 0.01, mean + 0.01], "mean": mean, "deviation": 0.01}


def findings(values, counts=(50, 100, 200), tests=(), **protocol):
    """What the study found, if each draw gave one of these."""
    network = {"score": "FID", "is_standard": True, "resizer": "tf1_bilinear", "quantisation": "uint8", "sha256": "ab"}
    common = {"dataset": "fashion_mnist", "repeats": 2, "seed": 0, "extractors": {"inception_2015": network}}
    sets = {"training": {"name": "a:train", "shape": [28, 28, 1]}, "test": {"name": "a:test"}}
    rows = [
        {"extractor": "inception_2015", "comparison": name, "images": count, **told(value)}
        for name, found in ((HALVES, values), (TEST, tests))
        for count, value in zip(counts, found, strict=False)
    ]
    return Findings({**common, **sets, **protocol}, rows)


def test_the_bias_of_gaussian_features_falls_as_one_over_n():
    random = np.random.default_rng(0)
    rows = distances(random.normal(size=(8000, WIDTH)), random.normal(size=(400, WIDTH)), (100, 200, 400, 4000), 40)
    halves = [row for row in rows if row["comparison"] == HALVES]
    assert all(row["mean"] > 0 for row in halves)
    assert trend(halves) == pytest.approx(-1, abs=0.08)
    # Of two sets from N(0, I), to first order in 1/N: 2d/N of the means, and d(d + 1)/2N of the covariances.
    for row in halves[1:]:
        expected = (2 * WIDTH + WIDTH * (WIDTH + 1) / 2) / row["images"]
        assert row["mean"] == pytest.approx(expected, rel=0.1)
    # The split that is too small for a count is left out of it.
    assert [row["images"] for row in rows if row["comparison"] == TEST] == [100, 200, 400]


def test_a_shifted_test_split_is_told_from_bias():
    random = np.random.default_rng(1)
    training, shifted = random.normal(size=(2000, WIDTH)), random.normal(0.5, 1, size=(1000, WIDTH))
    rows = [{"extractor": "inception_2015", **row} for row in distances(training, shifted, (200, 1000), 5)]
    test = next(row for row in rows if row["comparison"] == TEST and row["images"] == 1000)
    assert test["mean"] == pytest.approx(0.25 * WIDTH, rel=0.2)
    assert "the splits differ by more" in SampleSize().describe(Findings(findings([]).protocol, rows))
    rows = [{"extractor": "inception_2015", **row} for row in distances(training, training[:900], (200,), 5)]
    assert "no difference of the splits is seen" in SampleSize().describe(Findings(findings([]).protocol, rows))


def test_splits_that_differ_alike_in_each_draw_differ():
    """However far the draws scatter: both of a draw have the same training images."""
    scattered = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    rows = [
        {
            **{"extractor": "inception_2015", "comparison": comparison, "images": 200, "draws": 5},
            **{"values": [*values], "mean": values.mean(), "deviation": values.std(ddof=1)},
        }
        for comparison, values in ((HALVES, scattered), (TEST, scattered + 0.3 + 0.01 * scattered))
    ]
    text = SampleSize().describe(Findings(findings([]).protocol, rows))
    assert "is 0.33 farther from the training split" in text
    assert "from draw to draw that difference deviates by 0.016: the splits differ by more" in text


def test_draws_depend_on_seed_and_count_alone():
    features = np.random.default_rng(2).normal(size=(300, 3))
    alone = distances(features, features, (40,), 3, seed=5)
    among = distances(features, features, (20, 40), 3, seed=5)
    assert alone[0]["values"] == among[1]["values"]
    assert len(set(alone[0]["values"])) == 3
    assert distances(features, features, (40,), 3, seed=6)[0]["values"] != alone[0]["values"]


def test_the_text_follows_the_rows():
    text = SampleSize().describe(findings([4.0, 2.0, 1.0], tests=[4.0, 2.0]))
    assert "From N = 50 to 200, 4 times as many, it changes from 4 to 1, which is 4 times less" in text
    assert "slope in logarithms is -1.00" in text
    assert "slope in logarithms is -0.50" in SampleSize().describe(findings([4.0, 8**0.5, 2.0]))
    assert "| 100 | 2 ± 0.01 | 2 ± 0.01 |" in text


def test_published_figures_stand_beside_the_same_protocol_only():
    found = findings([9.0, 3.0], counts=(5000, 10_000))
    assert recalled(found, "inception_2015") == "2.60 ± 0.03"
    text = SampleSize().describe(found)
    assert "| 10,000 | 3 ± 0.01 |  | 2.60 ± 0.03 |" in text
    assert "as we recall" in text
    assert text.count("2.60") == 1
    network = found.protocol["extractors"]["inception_2015"]
    others = (
        {"extractors": {"inception_2015": {**network, "is_standard": False}}},
        {"extractors": {"inception_2015": {**network, "resizer": "clean_bicubic"}}},
        {"dataset": "polygons"},
        {"training": {"name": "a:train", "shape": [32, 32, 1]}},
    )
    for other in others:
        changed = Findings({**found.protocol, **other}, found.rows)
        assert recalled(changed, "inception_2015") is None
        assert "recall" not in SampleSize().describe(changed)


def test_the_command_writes_what_a_report_reads(dataset, tmp_path, capsys):
    arguments = ["sample_size", "--dataset", dataset, "--extractor", "untrained", "--counts", "60,30", "--repeats", "2"]
    main([*arguments, "--output", str(tmp_path)])
    (study,) = read(tmp_path)
    (tmp_path / "trials.json").write_text("[]")
    assert read(tmp_path) == [study]
    assert study.name == "sample_size"
    assert study.text in capsys.readouterr().out
    assert study.text in (tmp_path / "sample_size.md").read_text()
    assert Image.open(study.picture).width == 800
    assert [row["images"] for row in study.rows] == [30, 60, 30, 60]
    protocol = study.protocol
    assert len(protocol["extractors"]["untrained"]["sha256"]) == 64
    assert protocol["training"]["available"] == 120
    assert (protocol["dataset"], protocol["test"]["name"]) == (f"{Path(dataset).name}/", f"{Path(dataset).name}/test")
    assert (protocol["test"]["split"], protocol["seed"], protocol["repeats"]) == ("test", 0, 2)
    assert {"tfgen", "keras", "tensorflow", "numpy"} <= protocol["versions"].keys()


def test_what_cannot_be_measured_is_one_sentence(dataset, tmp_path, capsys):
    for arguments, words in (
        (["sample_size", "--dataset", dataset, "--extractor", "untrained", "--counts", "61"], "take 2 to 60"),
        (["sample_size", "--dataset", dataset, "--extractor", "mnist_klassifier"], "did you mean mnist_classifier"),
        (["sample_size", "--dataset", str(tmp_path / "nothing")], "there is no dataset"),
        (["dropped_classes", "--dataset", dataset, "--extractor", "untrained"], "has no classes to drop"),
    ):
        with pytest.raises(SystemExit, match=words):
            main([*arguments, "--output", str(tmp_path / "out")])
    assert read(tmp_path / "out") == []
    assert [entry.name for entry in SIDE_STUDIES.entries()] == [
        "dropped_classes",
        "extractors",
        "memorisation",
        "sample_size",
    ]


def test_damaged_files_of_a_study_are_named(tmp_path):
    (tmp_path / "sample_size.json").write_text("{")
    with pytest.raises(TfgenError, match="measure sample_size anew"):
        read(tmp_path)
    row = {"name": "sample_size", "title": "t", "text": "x", "protocol": {}, "rows": []}
    (tmp_path / "sample_size.json").write_text(json.dumps(row))
    with pytest.raises(TfgenError, match=r"sample_size\.png is missing"):
        read(tmp_path)
