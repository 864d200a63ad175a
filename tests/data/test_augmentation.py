import numpy as np
import pytest

from tfgen.data.augmentation import shift_and_flip


def _image():
    return np.arange(30, dtype=np.uint8).reshape(1, 6, 5, 1)


def test_nothing_asked_nothing_done():
    images = _image()
    np.testing.assert_array_equal(shift_and_flip(images, np.random.default_rng(0), max_shift=0, flip=False), images)


def test_shifts_are_all_that_fit_and_filled_by_reflection():
    images = np.repeat(_image(), 500, axis=0)
    shifted = shift_and_flip(images, np.random.default_rng(0), max_shift=1, flip=False)
    padded = np.pad(_image()[0, :, :, 0], 1, mode="reflect")
    allowed = {padded[top : top + 6, left : left + 5].tobytes() for top in range(3) for left in range(3)}
    assert {image.tobytes() for image in shifted} == allowed
    assert shifted.shape == images.shape
    assert shifted.dtype == np.uint8


def test_half_are_mirrored():
    images = np.repeat(_image(), 1000, axis=0)
    flipped = shift_and_flip(images, np.random.default_rng(0), max_shift=0, flip=True)
    is_mirrored = (flipped == images[:, :, ::-1]).all(axis=(1, 2, 3))
    is_same = (flipped == images).all(axis=(1, 2, 3))
    assert (is_mirrored ^ is_same).all()
    assert is_mirrored.mean() == pytest.approx(0.5, abs=0.05)


def test_channels_move_together():
    images = np.random.default_rng(1).integers(0, 256, (4, 6, 6, 3), np.uint8)
    moved = shift_and_flip(images, np.random.default_rng(0), max_shift=2, flip=True)
    each = [
        shift_and_flip(images[..., channel : channel + 1], np.random.default_rng(0), max_shift=2, flip=True)
        for channel in range(3)
    ]
    np.testing.assert_array_equal(moved, np.concatenate(each, axis=-1))
