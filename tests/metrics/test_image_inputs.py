import numpy as np
import pytest
import tensorflow as tf

from tfgen.metrics.image_inputs import image_batch, image_pair, paired_batches

IMAGES = np.random.default_rng(0).uniform(-1, 1, (3, 5, 6, 1)).astype(np.float32)


def test_images_stay_as_they_are():
    assert image_batch(IMAGES, "images") is IMAGES
    np.testing.assert_array_equal(image_batch(tf.constant(IMAGES), "images"), IMAGES)
    image_batch(IMAGES.astype(np.float16) * np.float16(1.0005), "images")


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (np.zeros((2, 5, 5)), "are float64 of shape \\(2, 5, 5\\); a score of images takes floats"),
        (np.zeros((2, 5, 5, 2)), "are float64 of shape \\(2, 5, 5, 2\\)"),
        (np.zeros((0, 5, 5, 1)), "are float64 of shape \\(0, 5, 5, 1\\)"),
        (np.zeros((2, 5, 5, 1), np.uint8), "are uint8 .* \\(tfgen.data.pictures.from_uint8 makes them of bytes\\)"),
        (np.full((2, 5, 5, 1), 255.0), "reach from 255 to 255; .* so clip or rescale them"),
        (np.full((2, 5, 5, 1), -1.1), "reach from -1.1 to -1.1"),
        (np.where(IMAGES > 0.9, np.nan, IMAGES), "reach from nan to nan; .* takes finite values in \\[-1, 1\\]"),
        (np.where(IMAGES > 0.9, np.inf, IMAGES), "reach from -0.99.* to inf"),
    ],
)
def test_what_is_no_batch_of_images_is_refused(images, sentence):
    with pytest.raises(ValueError, match=f"^some images {sentence}"):
        image_batch(images, "some images")


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"^images are \(3, 5, 6, 1\) and others \(2, 5, 6, 1\); compare equal"):
        image_pair(IMAGES, IMAGES[:2], ("images", "others"))


def test_pairs_come_in_order_as_float64(monkeypatch):
    monkeypatch.setattr("tfgen.metrics.image_inputs._BATCH_PIXELS", 2 * 5 * 6)
    batches = list(paired_batches(IMAGES, -IMAGES, "comparing"))
    assert [len(first) for first, _ in batches] == [2, 1]
    assert {part.dtype for pair in batches for part in pair} == {np.dtype(np.float64)}
    for side, sign in ((0, 1), (1, -1)):
        np.testing.assert_array_equal(np.concatenate([pair[side] for pair in batches]), sign * IMAGES)
