import keras
import numpy as np
import pytest
from PIL import Image
from scipy.stats import kendalltau, rankdata

from benchmarks.created_equal.side_studies.damage import DROPPED, MOST_SETS, damaged_sets, noisy
from benchmarks.created_equal.side_studies.extractors import DAMAGED, GENERATED, Extractors, agreements
from benchmarks.created_equal.side_studies.finished import read, write
from benchmarks.created_equal.side_studies.opening import other_classifiers
from benchmarks.created_equal.side_studies.study import Findings, Setting
from benchmarks.created_equal.side_studies.untrained import UNTRAINED, untrained
from tfgen.data import ImageSet
from tfgen.errors import TfgenError
from tfgen.evaluation.sources import ImageSource
from tfgen.metrics.features.extractor import Extractor

SHAPE = (8, 8, 1)


def projections(name, seed):
    inputs = keras.Input(SHAPE)
    project = keras.layers.Dense(4, kernel_initializer=keras.initializers.GlorotNormal(seed=seed))
    network = keras.Model(inputs, {"features": project(keras.layers.Flatten()(inputs))})
    return Extractor(name, network, layer="dense", sha256=str(seed) * 64)


def source(split, count, seed, low=0):
    random = np.random.default_rng(seed)
    images = random.integers(low, 256, (count, *SHAPE), np.uint8)
    return ImageSource(f"noise:{split}", ImageSet(images, np.arange(count) % 10), "noise", split)


def rows_of(first, second, kinds=None):
    """Rows of two extractors that gave these distances."""
    kinds = kinds or [DAMAGED] * len(first)
    return [
        {"set": f"set {index}", "kind": kind, "images": 9, "extractor": name, "distance": value}
        for index, (kind, *pair) in enumerate(zip(kinds, first, second, strict=True))
        for name, value in zip(("one", "other"), pair, strict=True)
    ]


@pytest.fixture(scope="module")
def found():
    generators = [source(f"generator {low}", 60, low, low) for low in (40, 80, 120)]
    extractors = [projections("one", 1), projections("same", 1), projections("other", 2)]
    setting = Setting(source("train", 400, 0), source("test", 90, 1), extractors, [60], 1, 0, generators)
    return Findings(setting.protocol(), Extractors().measure(setting))


def test_an_extractor_agrees_with_itself(found):
    pairs = {(pair.first, pair.second): pair for pair in agreements(found.rows)}
    assert list(pairs) == [("one", "same"), ("one", "other"), ("same", "other")]
    assert all(rho == pytest.approx(1) for rho in pairs["one", "same"].correlations.values())
    assert pairs["one", "other"].correlations["all"] < 1
    assert pairs["one", "other"].sets == {"all": MOST_SETS + 3, DAMAGED: MOST_SETS, GENERATED: 3}
    text = Extractors().describe(found)
    assert "one and same rank all 16 sets alike." in text
    assert "one and other agree with" in text


def test_correlations_are_those_of_ranks():
    random = np.random.default_rng(0)
    first, second = random.uniform(size=(2, 12))
    kinds = [DAMAGED] * 7 + [GENERATED] * 5
    (pair,) = agreements(rows_of(first, second, kinds))
    for kind, part in (("all", slice(None)), (DAMAGED, slice(7)), (GENERATED, slice(7, None))):
        expected = np.corrcoef(rankdata(first[part]), rankdata(second[part]))[0, 1]
        assert pair.correlations[kind] == pytest.approx(expected)
    assert np.sign(pair.correlations["all"]) == np.sign(kendalltau(first, second).statistic)
    assert agreements(rows_of(first, np.exp(3 * first)))[0].correlations["all"] == pytest.approx(1)
    assert agreements(rows_of(first, -first))[0].correlations["all"] == pytest.approx(-1)
    assert agreements(rows_of(first[:2], second[:2]))[0].correlations["all"] is None


def test_the_set_that_they_rank_most_differently():
    (pair,) = agreements(rows_of([1, 2, 3, 4, 5], [9, 2, 3, 4, 5]))
    assert pair.apart == ("set 0", 1, 5)


def test_damage_by_kind_and_strength():
    images = source("train", 400, 0).images
    sets = dict(damaged_sets(images.images, images.labels, 60, seed=0))
    assert all(part.shape == (60, *SHAPE) and part.dtype == np.uint8 for part in sets.values())
    # 80 images of two classes are left, and 60 are asked for; with 100 asked for they are too few.
    assert f"{round(10 * DROPPED[-1])} of 10 classes dropped" in sets
    assert "8 of 10 classes dropped" not in dict(damaged_sets(images.images, images.labels, 100, seed=0))
    assert not any("dropped" in name for name in dict(damaged_sets(images.images, None, 60, seed=0)))
    label_of = {image.tobytes(): label for image, label in zip(images.images, images.labels, strict=True)}
    assert len({label_of[image.tobytes()] for image in sets["3 of 10 classes dropped"]}) == 7
    roughness = [np.diff(sets[f"blurred, sigma {sigma} pixels"].astype(int), axis=1).std() for sigma in (0.5, 1, 2)]
    assert roughness == sorted(roughness, reverse=True)


def test_noise_has_its_deviation():
    grey = np.full((50, *SHAPE), 128, np.uint8)
    found = noisy(grey, 0.1, np.random.default_rng(0)).astype(float)
    assert found.std() == pytest.approx(25.5, rel=0.05)
    assert found.mean() == pytest.approx(128, abs=2)


def test_picture_and_files(found, tmp_path):
    study = Extractors()
    write(tmp_path, "extractors", study.title, study.describe(found), study.draw(found), *found)
    (again,) = read(tmp_path)
    assert again.rows == found.rows
    assert Image.open(again.picture).width == 800


def test_the_untrained_network_is_one_of_its_seed():
    images = np.random.default_rng(0).uniform(-1, 1, (5, *SHAPE)).astype(np.float32)
    first, again, other = (untrained(SHAPE, seed) for seed in (0, 0, 1))
    assert first.sha256 == again.sha256 != other.sha256
    np.testing.assert_array_equal(first(images).features, again(images).features)
    assert first(images).features.std() > 0.01


def test_which_extractors_are_compared():
    garments = ImageSource("g", ImageSet(np.zeros((2, 28, 28, 1), np.uint8)), "fashion_mnist", "test")
    assert other_classifiers(garments) == ["mnist_classifier"]
    names = ["fashion_mnist_classifier", "mnist_classifier", UNTRAINED]
    assert Extractors().extractor_names([], garments) == names
    assert Extractors().extractor_names(["inception_2015"], garments) == [*names, "inception_2015"]
    assert Extractors().extractor_names(["a", "b"], garments) == ["a", "b"]
    assert "gan_fashion_mnist" in Extractors().generator_names(None, garments)
    assert "infogan_mnist" not in Extractors().generator_names(None, garments)


def test_one_extractor_has_nothing_to_be_compared_with():
    setting = Setting(source("train", 40, 0), source("test", 40, 1), [projections("one", 1)], [20], 1)
    with pytest.raises(TfgenError, match="name two or more"):
        Extractors().measure(setting)
