import numpy as np
import pytest

from tfgen import data
from tfgen.data import fashion_mnist, tensorflow_datasets
from tfgen.data.sources import DatasetNotFoundError

debian = pytest.mark.skipif(
    not fashion_mnist.DEBIAN.is_dir(), reason="Debian's dataset-fashion-mnist is not installed (apt-get install it)"
)


@debian
@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_debians_copy_is_the_published_set(split, count):
    images = data.load_images("fashion_mnist", split)
    assert images.images.shape == (count, 28, 28, 1)
    assert np.bincount(images.labels).tolist() == [count // 10] * 10
    assert images.origin == "IDX files in fashion-mnist, md5 as published"


@debian
def test_mean_and_deviation_are_the_known_ones():
    pixels = data.load_images("fashion_mnist").images / np.float32(255)
    assert pixels.mean() == pytest.approx(0.2860, abs=5e-5)
    assert pixels.std() == pytest.approx(0.3530, abs=5e-5)


@debian
def test_load_gives_training_batches():
    images, labels = next(iter(data.load("fashion_mnist", batch_size=32, labels=True, image_size=32)))
    assert images.shape == (32, 32, 32, 1)
    assert float(images.numpy().min()) == -1.0
    assert labels.shape == (32,)


def test_found_nowhere_names_every_place_and_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path / "not-installed")
    monkeypatch.setattr(tensorflow_datasets, "_is_offline", lambda: True)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "tfds"))
    with pytest.raises(DatasetNotFoundError) as caught:
        data.load_images("fashion_mnist", data_dir=tmp_path)
    first, local, system, downloads = str(caught.value).splitlines()
    assert first == "dataset 'fashion_mnist' was not found; tried, in this order:"
    assert local == f"  - data_dir={tmp_path}: holds no fashion_mnist or fashion-mnist; put it there"
    assert system == f"  - {tmp_path}/not-installed: no such folder; apt-get install dataset-fashion-mnist"
    assert "python -c \"import tensorflow_datasets as tfds; tfds.load('fashion_mnist')\"" in downloads
