import gzip
import hashlib

import numpy as np
import pytest
from data.test_idx import idx

from tfgen import data
from tfgen.data import mnist, tensorflow_datasets
from tfgen.data.sources import DatasetNotFoundError

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 28, 28), np.uint8)
LABELS = np.arange(12, dtype=np.uint8) % 10


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A stand-in for MNIST whose checksums are taken for the published ones."""
    folder = tmp_path / "mnist"
    folder.mkdir()
    for prefix in ("train", "t10k"):
        for name, array in ((f"{prefix}-images-idx3-ubyte", IMAGES), (f"{prefix}-labels-idx1-ubyte", LABELS)):
            (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
            monkeypatch.setitem(mnist.MD5, name, hashlib.md5(idx(array)).hexdigest())
    return folder


@pytest.mark.parametrize("inside", [True, False])
def test_found_by_data_dir(folder, inside):
    images = data.load_images("mnist", "test", data_dir=folder if inside else folder.parent)
    np.testing.assert_array_equal(images.images[..., 0], IMAGES)
    np.testing.assert_array_equal(images.labels, LABELS)
    assert images.class_names == tuple("0123456789")
    assert images.origin == "IDX files in mnist, md5 as published"


def test_found_in_a_folder_of_any_name_by_the_environment(folder, monkeypatch):
    monkeypatch.setenv("TFGEN_DATA", str(folder.rename(folder.parent / "digits")))
    assert len(data.load_images("mnist")) == 12


def test_another_set_of_the_same_file_names_is_not_taken(folder, monkeypatch):
    monkeypatch.setitem(mnist.MD5, "train-labels-idx1-ubyte", "0" * 32)
    monkeypatch.setitem(mnist.MD5, "t10k-labels-idx1-ubyte", "0" * 32)
    monkeypatch.setattr(tensorflow_datasets, "_is_offline", lambda: True)
    with pytest.raises(DatasetNotFoundError, match="holds no mnist"):
        data.load_images("mnist", data_dir=folder.rename(folder.parent / "fashion"))


def test_a_damaged_copy_is_named(folder):
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(idx(IMAGES[::-1])))
    with pytest.raises(ValueError, match="is not the published file") as caught:
        data.load_images("mnist", data_dir=folder)
    assert str(path) in str(caught.value)


def test_resized(folder):
    assert data.load_images("mnist", data_dir=folder, image_size=32).image_shape == (32, 32, 1)


def test_unknown_split(folder):
    with pytest.raises(ValueError, match="mnist has no split 'holdout'; it has: train, test"):
        data.load_images("mnist", "holdout", data_dir=folder)
