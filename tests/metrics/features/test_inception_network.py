import keras
import numpy as np
import pytest
from dtype_policies import dtype_policy

from tfgen.metrics.features.inception_network import build_network

RNG = np.random.default_rng(0)
NOISE = RNG.uniform(-1, 1, (299, 299, 3))
RAMP = np.broadcast_to(np.linspace(-1, 1, 299)[:, None, None], (299, 299, 3))
IMAGES = np.stack([NOISE, RAMP]).astype("float32")


@pytest.fixture(scope="module")
def network():
    return randomised(build_network())


def randomised(network):
    # So that what an image holds comes through 94 layers, and each moment counts.
    for layer in kinds(network, keras.layers.Conv2D):
        shape = layer.kernel.shape
        layer.set_weights([RNG.normal(scale=np.sqrt(2 / np.prod(shape[:3])), size=shape)])
    for layer in kinds(network, keras.layers.BatchNormalization):
        size = layer.beta.shape
        layer.set_weights(
            [RNG.normal(scale=0.1, size=size), RNG.normal(scale=0.1, size=size), RNG.uniform(0.5, 2, size)]
        )
    return network


def kinds(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def block_of_35(channels, pooled):
    short, long = [(channels, 48, 1), (48, 64, 25)], [(channels, 64, 1), (64, 96, 9), (96, 96, 9)]
    return [(channels, 64, 1), *short, *long, (channels, pooled, 1)]


def block_of_17(width):
    tower = [(768, width, 1), (width, width, 7), (width, 192, 7)]
    long_tower = [(768, width, 1), *[(width, width, 7)] * 3, (width, 192, 7)]
    return [(768, 192, 1), *tower, *long_tower, (768, 192, 1)]


def block_of_8(channels):
    return [
        (channels, 320, 1),
        *[(channels, 384, 1), (384, 384, 3), (384, 384, 3)],
        *[(channels, 448, 1), (448, 384, 9), (384, 384, 3), (384, 384, 3)],
        (channels, 192, 1),
    ]


def test_weights_counted_by_hand(network):
    stem = [(3, 32, 9), (32, 32, 9), (32, 64, 9), (64, 80, 1), (80, 192, 9)]
    to_17 = [(288, 384, 9), (288, 64, 1), (64, 96, 9), (96, 96, 9)]
    to_8 = [(768, 192, 1), (192, 320, 9), (768, 192, 1), (192, 192, 7), (192, 192, 7), (192, 192, 9)]
    convolutions = [
        *stem,
        *block_of_35(192, 32),
        *block_of_35(256, 64),
        *block_of_35(288, 64),
        *to_17,
        *block_of_17(128),
        *block_of_17(160),
        *block_of_17(160),
        *block_of_17(192),
        *to_8,
        *block_of_8(1280),
        *block_of_8(2048),
    ]
    found = [
        (layer.kernel.shape[2], layer.filters, int(np.prod(layer.kernel_size)))
        for layer in kinds(network, keras.layers.Conv2D)
    ]
    assert sorted(found) == sorted(convolutions)
    assert len(network.weights) == 4 * 94
    # A kernel, and for each filter beta, mean and variance.
    assert network.count_params() == sum(i * o * area + 3 * o for i, o, area in convolutions) == 21_802_784


def scopes():
    """The convolutions in the order in which Keras' own Inception-v3 makes them."""
    yield from tower("conv", 5)
    for block in ("mixed", "mixed_1", "mixed_2"):
        yield from [f"{block}_conv", *tower(f"{block}_tower_conv", 2), *tower(f"{block}_tower_1_conv", 3)]
        yield f"{block}_tower_2_conv"
    yield from ["mixed_3_conv", *tower("mixed_3_tower_conv", 3)]
    for block in ("mixed_4", "mixed_5", "mixed_6", "mixed_7"):
        yield from [f"{block}_conv", *tower(f"{block}_tower_conv", 3), *tower(f"{block}_tower_1_conv", 5)]
        yield f"{block}_tower_2_conv"
    yield from [*tower("mixed_8_tower_conv", 2), *tower("mixed_8_tower_1_conv", 4)]
    for block in ("mixed_9", "mixed_10"):
        yield from [f"{block}_conv", f"{block}_tower_conv", *tower(f"{block}_tower_mixed_conv", 2)]
        yield from [*tower(f"{block}_tower_1_conv", 2), *tower(f"{block}_tower_1_mixed_conv", 2)]
        yield f"{block}_tower_2_conv"


def tower(name, count):
    return [name, *(f"{name}_{index}" for index in range(1, count))]


def creation(layer):
    number = layer.name.rpartition("_")[2]
    return int(number) if number.isdecimal() else 0


def test_agrees_with_keras_but_for_the_last_pool(network):
    # Keras' own Inception-v3 is the same network, but with an average pool in the last block.
    other = keras.applications.InceptionV3(weights=None, include_top=False, pooling="avg", input_shape=(299, 299, 3))
    for kind, suffix in ((keras.layers.Conv2D, ""), (keras.layers.BatchNormalization, "_batchnorm")):
        for name, layer in zip(scopes(), sorted(kinds(other, kind), key=creation), strict=True):
            layer.set_weights(network.get_layer(name + suffix).get_weights())
    expected = other(IMAGES, training=False).numpy()
    found = network(IMAGES, training=False)["features"].numpy()
    scale = np.abs(expected).max()
    np.testing.assert_allclose(found[:, :-192], expected[:, :-192], rtol=0, atol=1e-5 * scale)
    assert np.abs(found[:, -192:] - expected[:, -192:]).max() > 0.01 * scale

    x = keras.Model(network.input, network.get_layer("mixed_9").output)(IMAGES, training=False)
    x = network.get_layer("mixed_10_tower_2_conv")(keras.ops.max_pool(x, 3, 1, "same"))
    x = keras.ops.relu(network.get_layer("mixed_10_tower_2_conv_batchnorm")(x, training=False))
    np.testing.assert_allclose(found[:, -192:], np.mean(x, axis=(1, 2)), rtol=0, atol=1e-5 * scale)


def test_average_pools_leave_the_padding_out(network):
    pools = kinds(network, keras.layers.AveragePooling2D)
    # In three blocks of 35, four of 17 and one of 8.
    assert len(pools) == 8
    maps = RNG.normal(size=(2, 5, 6, 3)).astype("float32")
    expected = np.empty_like(maps)
    for row in range(5):
        for column in range(6):
            window = maps[:, max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
            expected[:, row, column] = window.mean(axis=(1, 2))
    for pool in pools:
        np.testing.assert_allclose(pool(maps), expected, rtol=1e-5, atol=1e-6)


def test_batch_normalisation_has_no_gamma(network):
    for layer in kinds(network, keras.layers.BatchNormalization):
        assert not layer.scale
        assert layer.epsilon == 1e-3


def test_images_do_not_mix(network):
    together = network(IMAGES, training=False)["features"].numpy()
    alone = network(IMAGES[1:], training=False)["features"].numpy()
    assert together.shape == (2, 2048)
    np.testing.assert_allclose(together[1:], alone, rtol=0, atol=1e-5 * np.abs(alone).max())
    assert np.abs(together[0] - together[1]).max() > 0.1 * np.abs(alone).max()


def test_float32_under_any_policy(network):
    with dtype_policy("mixed_bfloat16"):
        under_policy = build_network()
    under_policy.set_weights(network.get_weights())
    expected, found = (model(IMAGES[:1], training=False)["features"].numpy() for model in (network, under_policy))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)
