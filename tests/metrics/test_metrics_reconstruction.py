import numpy as np
import pytest
import tensorflow as tf
from skimage.metrics import peak_signal_noise_ratio

from tfgen.metrics import image_inputs, mean_squared_error, peak_signal_to_noise_ratio

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(-1, 1, (5, 12, 9, 3)).astype(np.float32)
OTHERS = np.clip(IMAGES + RNG.normal(0, 0.1, IMAGES.shape), -1, 1).astype(np.float32)


def test_against_scikit_image():
    pairs = zip(IMAGES.astype(float), OTHERS.astype(float), strict=True)
    expected = [peak_signal_noise_ratio(*pair, data_range=2) for pair in pairs]
    np.testing.assert_allclose(peak_signal_to_noise_ratio(IMAGES, OTHERS), expected, rtol=1e-12)


def test_values():
    black, grey = -np.ones((1, 4, 4, 1)), np.zeros((1, 4, 4, 1))
    assert mean_squared_error(black, -black) == 4
    assert peak_signal_to_noise_ratio(black, -black) == 0
    assert mean_squared_error(black, grey) == 1
    np.testing.assert_allclose(peak_signal_to_noise_ratio(black, grey), 20 * np.log10(2))
    assert peak_signal_to_noise_ratio(black, black) == np.inf
    assert mean_squared_error(black, black) == 0


def test_one_float64_for_each_image_whatever_the_batches(monkeypatch):
    expected = mean_squared_error(tf.constant(IMAGES), tf.constant(OTHERS))
    assert (expected.shape, expected.dtype) == ((5,), np.float64)
    np.testing.assert_allclose(
        expected, [np.mean((a.astype(float) - b) ** 2) for a, b in zip(IMAGES, OTHERS, strict=True)]
    )
    monkeypatch.setattr(image_inputs, "_BATCH_PIXELS", 1)
    np.testing.assert_array_equal(mean_squared_error(IMAGES, OTHERS), expected)


def test_wrong_reconstructions_are_refused():
    with pytest.raises(ValueError, match="reconstructions are uint8"):
        mean_squared_error(IMAGES, np.zeros(IMAGES.shape, np.uint8))
    with pytest.raises(ValueError, match="compare equal numbers and sizes"):
        peak_signal_to_noise_ratio(IMAGES, OTHERS[..., :1])
