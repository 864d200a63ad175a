import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from tfgen import data
from tfgen.data import fashion_mnist, tensorflow_datasets
from tfgen.data.sources import DatasetNotFoundError


@pytest.fixture(autouse=True)
def _nothing_else_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path / "not-installed")
    monkeypatch.setattr(tensorflow_datasets, "_is_offline", lambda: False)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "tfds"))


@pytest.mark.parametrize(
    ("name", "options", "shape", "has_labels"),
    [
        ("mnist", {}, (28, 28, 1), True),
        ("fashion_mnist", {"image_size": 32}, (32, 32, 1), True),
        ("cifar10", {}, (32, 32, 3), True),
        ("celeb_a", {}, (148, 148, 3), False),
        ("celeb_a", {"crop": "160", "image_size": 64}, (64, 64, 3), False),
    ],
)
def test_is_read_when_nothing_else_has_the_set(name, options, shape, has_labels):
    with tfds.testing.mock_data(num_examples=5):
        expected = list(tfds.as_numpy(tfds.load(name, split="test")))
        images = data.load_images(name, "test", **options)
    assert images.images.shape == (5, *shape)
    assert images.origin.startswith(f"TensorFlow Datasets {name} ")
    assert (images.labels is not None) is has_labels
    if has_labels:
        assert images.labels.tolist() == [example["label"] for example in expected]
    if not options and name != "celeb_a":
        np.testing.assert_array_equal(images.images, [example["image"] for example in expected])


def fail(*arguments, **options):
    raise ConnectionError("the server\nwas rude")


@pytest.mark.parametrize(
    ("is_offline", "reason"), [(True, "no network"), (False, r"no download \(ConnectionError: the server\)")]
)
def test_what_cannot_be_downloaded_says_how_to_get_it(monkeypatch, is_offline, reason):
    monkeypatch.setattr(tensorflow_datasets, "_is_offline", lambda: is_offline)
    monkeypatch.setattr(tfds.core.DatasetBuilder, "download_and_prepare", fail)
    with pytest.raises(DatasetNotFoundError, match=rf"TensorFlow Datasets: {reason}.*tfds\.load\('cifar10'\)"):
        data.load_images("cifar10")


def test_what_a_download_cut_short_left_is_not_warned_of(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(tensorflow_datasets, "_is_offline", lambda: True)
    builder = tfds.builder("mnist", data_dir=tmp_path)
    monkeypatch.setattr(tfds, "builder", lambda name: builder)
    Path(builder.data_dir).mkdir(parents=True)
    with pytest.raises(DatasetNotFoundError, match="no network"):
        data.load_images("mnist")
    assert "Variant folder" not in caplog.text


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(DatasetNotFoundError, match="not installed; pip install tensorflow-datasets"):
        data.load_images("cifar10")
