import keras
import numpy as np
import pytest

from tfgen.networks import vgg


def test_number_of_weights():
    network = vgg.encoder((28, 28, 1), 128, width=32)
    first = 9 * 1 * 32 + 9 * 32 * 32
    second = 9 * 32 * 64 + 9 * 64 * 64
    batch_norm = 4 * (32 + 32 + 64 + 64 + 128)
    assert network.count_params() == first + second + 7 * 7 * 64 * 128 + batch_norm


def test_each_stage_halves_and_doubles():
    network = vgg.encoder((32, 32, 3), 10, width=4, convolutions=3)
    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.kernel_size for layer in convolutions] == [(3, 3)] * 9
    assert [layer.filters for layer in convolutions] == [4] * 3 + [8] * 3 + [16] * 3
    assert network.get_layer("pool_3").output.shape == (None, 4, 4, 16)


def test_features_are_rectified_float32():
    images = np.random.default_rng(0).uniform(-1, 1, (6, 16, 16, 1)).astype("float32")
    features = vgg.encoder((16, 16, 1), 7, width=2)(images)
    assert features.shape == (6, 7)
    assert keras.backend.standardize_dtype(features.dtype) == "float32"
    assert np.min(features) == 0 < np.max(features)


def test_a_size_that_cannot_be_halved_is_refused():
    with pytest.raises(ValueError, match="cannot be halved"):
        vgg.encoder((31, 31, 1), 7)
