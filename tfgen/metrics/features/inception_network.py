"""The network of FID and the Inception Score: Inception-v3 as TensorFlow's graph of 2015-12-05 has it."""

import keras
from keras import layers


def build_network() -> keras.Model:
    """Inception-v3 (Szegedy et al. 2015, arXiv 1512.00567) as in the graph of 2015-12-05, freshly initialised.

    Other than in later versions, batch normalisation has no gamma (and epsilon 1e-3), average pools leave the padding
    out, and the last block pools by the maximum. Layers are named after the graph's scopes, `mixed_9/tower/conv` being
    `mixed_9_tower_conv`.

    Returns:
        A model from float32 `(n, 299, 299, 3)` to `{"features": (n, 2048)}`.
    """
    images = keras.Input((299, 299, 3), dtype="float32", name="images")
    x = _convolution(images, "conv", 32, 3, strides=2, padding="valid")
    x = _convolution(x, "conv_1", 32, 3, padding="valid")
    x = _convolution(x, "conv_2", 64, 3)
    x = _max_pool(x)
    x = _convolution(x, "conv_3", 80, 1)
    x = _convolution(x, "conv_4", 192, 3, padding="valid")
    x = _max_pool(x)
    for name, width in (("mixed", 32), ("mixed_1", 64), ("mixed_2", 64)):
        x = _block_of_35(x, name, width)
    x = _reduction_to_17(x, "mixed_3")
    for name, width in (("mixed_4", 128), ("mixed_5", 160), ("mixed_6", 160), ("mixed_7", 192)):
        x = _block_of_17(x, name, width)
    x = _reduction_to_8(x, "mixed_8")
    x = _block_of_8(x, "mixed_9", _average_pool(x))
    x = _block_of_8(x, "mixed_10", _max_pool(x, strides=1, padding="same"))
    features = layers.GlobalAveragePooling2D(dtype="float32", name="pool_3")(x)
    return keras.Model(images, {"features": features}, name="inception_2015")


def _block_of_35(x: keras.KerasTensor, name: str, width: int) -> keras.KerasTensor:
    return _join(
        name,
        _tower(x, name, (64, 1)),
        _tower(x, f"{name}_tower", (48, 1), (64, 5)),
        _tower(x, f"{name}_tower_1", (64, 1), (96, 3), (96, 3)),
        _tower(_average_pool(x), f"{name}_tower_2", (width, 1)),
    )


def _reduction_to_17(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return _join(
        name,
        _tower(x, name, (384, 3), halved=True),
        _tower(x, f"{name}_tower", (64, 1), (96, 3), (96, 3), halved=True),
        _max_pool(x),
    )


def _block_of_17(x: keras.KerasTensor, name: str, width: int) -> keras.KerasTensor:
    across, down = (1, 7), (7, 1)
    return _join(
        name,
        _tower(x, name, (192, 1)),
        _tower(x, f"{name}_tower", (width, 1), (width, across), (192, down)),
        _tower(x, f"{name}_tower_1", (width, 1), (width, down), (width, across), (width, down), (192, across)),
        _tower(_average_pool(x), f"{name}_tower_2", (192, 1)),
    )


def _reduction_to_8(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return _join(
        name,
        _tower(x, f"{name}_tower", (192, 1), (320, 3), halved=True),
        _tower(x, f"{name}_tower_1", (192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3), halved=True),
        _max_pool(x),
    )


def _block_of_8(x: keras.KerasTensor, name: str, pooled: keras.KerasTensor) -> keras.KerasTensor:
    short = _tower(x, f"{name}_tower", (384, 1))
    long = _tower(x, f"{name}_tower_1", (448, 1), (384, 3))
    return _join(
        name,
        _tower(x, name, (320, 1)),
        _convolution(short, f"{name}_tower_mixed_conv", 384, (1, 3)),
        _convolution(short, f"{name}_tower_mixed_conv_1", 384, (3, 1)),
        _convolution(long, f"{name}_tower_1_mixed_conv", 384, (1, 3)),
        _convolution(long, f"{name}_tower_1_mixed_conv_1", 384, (3, 1)),
        _tower(pooled, f"{name}_tower_2", (192, 1)),
    )


def _tower(x: keras.KerasTensor, scope: str, *sizes: tuple, halved: bool = False) -> keras.KerasTensor:
    """Convolutions of these filters and kernels, one after the other; `halved` gives the last one a stride of 2."""
    for index, (filters, kernel) in enumerate(sizes):
        last = {"strides": 2, "padding": "valid"} if halved and index == len(sizes) - 1 else {}
        x = _convolution(x, f"{scope}_conv_{index}" if index else f"{scope}_conv", filters, kernel, **last)
    return x


# In float32 whatever the policy of the training that asks for a score.
def _convolution(
    x: keras.KerasTensor,
    name: str,
    filters: int,
    kernel: int | tuple[int, int],
    strides: int = 1,
    padding: str = "same",
) -> keras.KerasTensor:
    x = layers.Conv2D(filters, kernel, strides, padding, use_bias=False, dtype="float32", name=name)(x)
    x = layers.BatchNormalization(scale=False, epsilon=1e-3, dtype="float32", name=f"{name}_batchnorm")(x)
    return layers.ReLU(dtype="float32", name=f"{name}_relu")(x)


def _max_pool(x: keras.KerasTensor, strides: int = 2, padding: str = "valid") -> keras.KerasTensor:
    return layers.MaxPooling2D(3, strides, padding, dtype="float32")(x)


def _average_pool(x: keras.KerasTensor) -> keras.KerasTensor:
    # TensorFlow's divides by the pixels that it covers, not by 9.
    return layers.AveragePooling2D(3, 1, "same", dtype="float32")(x)


def _join(name: str, *towers: keras.KerasTensor) -> keras.KerasTensor:
    return layers.Concatenate(dtype="float32", name=name)(towers)
