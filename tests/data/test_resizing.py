import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from skimage import data as samples

from tfgen.data import ImageSet
from tfgen.data.resizing import fit_images, resize

PHOTO = samples.astronaut()  # 512x512x3


@pytest.mark.parametrize("size", [32, 64, 200, 600])
def test_agrees_with_pillow(size):
    ours = fit_images(tf.constant(PHOTO), image_size=size).numpy()
    pillow = np.asarray(Image.fromarray(PHOTO).resize((size, size), Image.Resampling.BILINEAR))
    difference = np.abs(ours.astype(int) - pillow)
    assert difference.max() <= 2
    assert difference.mean() < 0.3


def test_antialiasing_keeps_the_mean_of_a_fine_grating():
    grating = np.tile(np.array([[0, 255]], np.uint8), (64, 32))[..., np.newaxis]
    assert np.abs(fit_images(tf.constant(grating), image_size=16).numpy().astype(int) - 127.5)[2:-2, 2:-2].max() <= 2


@pytest.mark.parametrize("shape", [(512, 300), (301, 512)])
def test_the_largest_centred_square_is_kept(shape):
    photo = PHOTO[: shape[0], : shape[1]]
    side = min(shape)
    top, left = (shape[0] - side) // 2, (shape[1] - side) // 2
    expected = fit_images(tf.constant(photo[top : top + side, left : left + side]), image_size=50)
    np.testing.assert_array_equal(fit_images(tf.constant(photo), image_size=50), expected)


def test_same_size_is_the_same_image():
    np.testing.assert_array_equal(fit_images(tf.constant(PHOTO), image_size=512), PHOTO)


def test_crop_comes_first():
    np.testing.assert_array_equal(fit_images(tf.constant(PHOTO), crop=100), PHOTO[206:306, 206:306])


def test_resize_goes_through_all_images():
    images = np.stack([np.full((4, 6, 1), index % 251, np.uint8) for index in range(2100)])
    resized = resize(ImageSet(images, np.arange(2100)), 2)
    assert resized.images.shape == (2100, 2, 2, 1)
    np.testing.assert_array_equal(resized.images[:, 0, 0, 0], np.arange(2100) % 251)
    np.testing.assert_array_equal(resized.labels, np.arange(2100))
