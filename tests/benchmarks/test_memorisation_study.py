import keras
import numpy as np
import pytest
from PIL import Image

from benchmarks.created_equal.side_studies.finished import read, write
from benchmarks.created_equal.side_studies.memorisation import (
    FLOOR,
    GENERATOR,
    NOISES,
    REPLAY,
    Memorisation,
    Subject,
    scores,
)
from benchmarks.created_equal.side_studies.study import Findings, Setting
from tfgen.data import ImageSet
from tfgen.errors import TfgenError
from tfgen.evaluation.sources import ImageSource
from tfgen.metrics.features.extractor import Extractor

SHAPE = (6, 5, 1)
COUNT = 150


@pytest.fixture(scope="module")
def extractor():
    """Four fixed projections of the pixels."""
    inputs = keras.Input(SHAPE)
    project = keras.layers.Dense(4, kernel_initializer=keras.initializers.GlorotNormal(seed=1))
    network = keras.Model(inputs, {"features": project(keras.layers.Flatten()(inputs))})
    return Extractor("four_numbers", network, layer="dense", sha256="0" * 64)


def source(split, count, seed, low=0):
    images = np.random.default_rng(seed).integers(low, 256, (count, *SHAPE), np.uint8)
    return ImageSource(f"noise:{split}", ImageSet(images), "noise", split)


@pytest.fixture(scope="module")
def found(extractor):
    generators = (source("generator", COUNT, 2, low=120),)
    setting = Setting(source("train", 800, 0), source("test", COUNT, 1), [extractor], [COUNT], 6, 0, generators)
    return Findings(setting.protocol(), Memorisation().measure(setting))


def test_the_distance_takes_a_replay_for_unseen_images_and_the_nearest_image_does_not(found):
    floor, replay, faint, strong, generator = found.rows
    assert [row["kind"] for row in found.rows] == [FLOOR, REPLAY, REPLAY, REPLAY, GENERATOR]
    spread = np.hypot(floor["deviation"], replay["deviation"])
    assert abs(replay["distance"] - floor["distance"]) < 2 * spread
    assert (replay["ratio"], replay["share_near"]) == (0, 1)
    assert floor["ratio"] == pytest.approx(1, abs=0.2)
    assert floor["share_near"] < 0.15
    assert [row["noise"] for row in (faint, strong)] == list(NOISES)
    assert 0 < faint["ratio"] < strong["ratio"]
    assert generator["distance"] > 10 * floor["distance"]
    assert (replay["training_images"], generator["training_images"]) == (400, 800)
    assert (replay["draws"], faint["draws"], generator["draws"]) == (6, 1, 1)
    text = Memorisation().describe(found)
    assert "so that one draw of either does not tell them apart" in text
    assert "nearest training image tells them apart" in text
    assert "better than 1 of 1 trained models" in text


def test_the_text_says_where_the_replay_is_seen():
    random = np.random.default_rng(0)
    training, test = random.normal(size=(400, 3)), random.normal(size=(200, 3))
    far = training + 5
    subjects = [
        Subject("unseen", FLOOR, random.normal(size=(400, 3)), training),
        Subject("replay", REPLAY, far, training, replaced=True),
    ]
    rows = [{"extractor": "four_numbers", **row} for row in scores(subjects, test, repeats=4)]
    network = {"score": "FID", "resizer": "none", "quantisation": "uint8", "sha256": "ab"}
    protocol = {
        "seed": 0,
        "repeats": 4,
        "training": {"name": "a"},
        "test": {"name": "b"},
        "extractors": {"four_numbers": network},
    }
    text = Memorisation().describe(Findings(protocol, rows))
    assert "so that one draw of either tells them apart" in text
    assert "nearest training image does not tell them apart" in text
    assert rows[1]["distance"] == pytest.approx(75, rel=0.1)


def test_a_small_memory_is_farther_than_a_large_one():
    random = np.random.default_rng(3)
    training, test = random.normal(size=(4000, 4)), random.normal(size=(1000, 4))
    large, small = (Subject("replay", REPLAY, part, part, replaced=True) for part in (training, training[:20]))
    rows = scores([large, small], test, repeats=3)
    assert rows[1]["distance"] > 5 * rows[0]["distance"]
    assert [row["ratio"] for row in rows] == [0, 0]


def test_picture_and_files(found, tmp_path):
    study = Memorisation()
    write(tmp_path, "memorisation", study.title, study.describe(found), study.draw(found), *found)
    (again,) = read(tmp_path)
    assert again.rows == found.rows
    assert Image.open(again.picture).width == 800
    assert again.protocol["generators"] == {"noise:generator": found.protocol["generators"]["noise:generator"]}


def test_more_images_than_half_of_the_training_split(extractor):
    setting = Setting(source("train", 100, 0), source("test", 80, 1), [extractor], [51], 2)
    with pytest.raises(TfgenError, match="2 to 50 are there"):
        Memorisation().measure(setting)


def test_what_is_drawn_twice_counts_alike_on_both_sides():
    # Draws with replacement have a larger bias: were one side drawn without, the other would be 1.7 times as far.
    random = np.random.default_rng(3)
    images = ImageSet(random.integers(0, 256, (600, *SHAPE), np.uint8))
    inputs = keras.Input(SHAPE)
    network = keras.Model(inputs, {"features": keras.layers.Flatten(name="features")(inputs)})
    extractor = Extractor("pixels", network, layer="features", sha256="0")
    halves = ImageSource("noise:train", images, "noise", "train")
    setting = Setting(halves, source("test", 300, 4), [extractor], [300], 8, 0, ())
    floor, replay, *_ = Memorisation().measure(setting)
    assert replay["distance"] == pytest.approx(floor["distance"], rel=0.25)
