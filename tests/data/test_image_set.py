import numpy as np
import pytest

from tfgen.data import ImageSet

IMAGES = np.zeros((3, 4, 5, 1), np.uint8)


def test_length_and_shape():
    images = ImageSet(IMAGES)
    assert len(images) == 3
    assert images.image_shape == (4, 5, 1)


@pytest.mark.parametrize("images", [IMAGES.astype(np.float32), IMAGES[0], IMAGES[:0], np.zeros((3, 4, 5, 2), np.uint8)])
def test_images_of_another_kind(images):
    with pytest.raises(ValueError, match=r"images have to be a non-empty uint8 array \(N, H, W, 1 or 3\)"):
        ImageSet(images)


@pytest.mark.parametrize("labels", [np.zeros(2, np.int64), np.zeros(3, np.int32), np.zeros((3, 1), np.int64)])
def test_labels_that_do_not_fit(labels):
    with pytest.raises(ValueError, match=r"labels have to be int64 \(3,\)"):
        ImageSet(IMAGES, labels)


def test_file_names_that_do_not_fit():
    with pytest.raises(ValueError, match="there are 2 file names for 3 images"):
        ImageSet(IMAGES, file_names=("a.png", "b.png"))


def test_the_first_images_keep_what_belongs_to_them():
    images = np.arange(3, dtype=np.uint8)[:, None, None, None] + IMAGES
    whole = ImageSet(images, np.array([2, 0, 1]), ("a", "b", "c"), "here", ("x.png", "y.png", "z.png"))
    two = whole.first(2)
    assert two.images[:, 0, 0, 0].tolist() == [0, 1]
    assert (two.labels.tolist(), two.file_names) == ([2, 0], ("x.png", "y.png"))
    assert (two.class_names, two.origin) == (whole.class_names, whole.origin)
    assert len(whole.first(None)) == len(whole.first(9)) == 3
    assert ImageSet(IMAGES).first(1).labels is None
