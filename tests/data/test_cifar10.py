import zipfile

import numpy as np
import pytest
from data.test_image_files import png

from tfgen import data
from tfgen.data.sources import DatasetNotFoundError

NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
PIXELS = np.random.default_rng(0).integers(0, 256, (10, 32, 32, 3), np.uint8)


@pytest.fixture
def data_dir(tmp_path):
    with zipfile.ZipFile(tmp_path / "cifar10_png.zip", "w") as archive:
        for index, name in enumerate(NAMES):
            archive.writestr(f"train/{name}/{index:05}.png", png(PIXELS[index]))
        archive.writestr("test/ship/50000.png", png(PIXELS[0]))
    return tmp_path


def test_a_zip_of_images_says_what_it_is(data_dir):
    images = data.load_images("cifar10", data_dir=data_dir)
    np.testing.assert_array_equal(images.images, PIXELS)
    assert images.labels.tolist() == list(range(10))
    assert images.class_names == NAMES
    assert images.origin == "cifar10_png.zip, 11 images"


def test_labels_of_a_split_count_all_classes(data_dir):
    images = data.load_images("cifar10", "test", data_dir=data_dir)
    assert images.labels.tolist() == [NAMES.index("ship")]


def test_resized(data_dir):
    assert data.load_images("cifar10", "test", data_dir=data_dir, image_size=16).images.shape == (1, 16, 16, 3)


def test_a_copy_in_jpeg_has_a_name_of_its_own_and_is_no_other_copy(data_dir):
    with pytest.raises(DatasetNotFoundError, match="holds no cifar10_jpeg"):
        data.load_images("cifar10_jpeg", data_dir=data_dir)
    (data_dir / "cifar10_png.zip").rename(data_dir / "cifar10_jpeg.zip")
    images = data.load_images("cifar10_jpeg", data_dir=data_dir)
    np.testing.assert_array_equal(images.images, PIXELS)
    assert images.origin == "cifar10_jpeg.zip, 11 images"
