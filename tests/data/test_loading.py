import numpy as np
import pytest
from absl import logging
from data.test_image_folder import build

from tfgen import data


@pytest.fixture
def folder(tmp_path):
    return build(tmp_path / "faces", "train/a/1.png", "train/b/2.png", "test/a/3.png")


def test_a_path_is_a_dataset(folder):
    images = data.load_images(folder, "test")
    assert images.images.shape == (1, 4, 4, 3)
    ((batch, labels),) = data.load(str(folder), "test", labels=True, batch_size=2)
    assert batch.shape == (1, 4, 4, 3)
    np.testing.assert_array_equal(labels, [0])


def test_training_images_are_shuffled_by_default_and_others_are_not(folder):
    assert data.load(folder, batch_size=2).element_spec.shape == (2, 4, 4, 3)
    assert data.load(folder, batch_size=3, shuffle=False).element_spec.shape[0] is None
    assert data.load(folder, "test", batch_size=2).element_spec.shape[0] is None


def test_the_log_says_what_was_loaded(folder, caplog):
    logging.set_verbosity(logging.INFO)
    with caplog.at_level("INFO", logger="absl"):
        data.load_images(folder)
    assert f"{folder}: 2 train images (4, 4, 3) from faces, 3 images" in caplog.text


def test_neither_a_name_nor_a_path():
    with pytest.raises(KeyError, match="there is no dataset 'fashion'; did you mean") as caught:
        data.load("fashion")
    assert str(caught.value).endswith("and no folder or zip of images is at that path")


def test_an_option_of_another_dataset(folder):
    with pytest.raises(ValueError, match="dataset 'polygons' has no option 'crop'; it has: rotation"):
        data.load("polygons", crop="148")
    with pytest.raises(ValueError, match="has no option 'crop'; it has none"):
        data.load(folder, crop="148")


@pytest.mark.parametrize("size", [0, -1, 2.5, "64"])
def test_image_size_that_is_none(folder, size):
    with pytest.raises(ValueError, match="image_size has to be a positive integer or None"):
        data.load(folder, image_size=size)
