"""Ways to double an image's sides with a convolution, by the name that a recipe gives."""

from collections.abc import Callable
from typing import Any

import keras
from keras import KerasTensor, layers, ops


@keras.saving.register_keras_serializable(package="tfgen")
class PixelShuffle(layers.Layer):
    """Doubles both sides by turning four channels into 2x2 pixels (Shi et al. 2016, arXiv 1609.05158, section 2.2).

    Channels `(2 i + j) c` to `(2 i + j + 1) c` become the pixel in row i and column j of the four, as in TensorFlow's
    `depth_to_space`.

    Call arguments:
        inputs: `(batch, height, width, 4 c)`.

    Returns:
        `(batch, 2 height, 2 width, c)`.
    """

    def call(self, inputs: Any) -> Any:  # noqa: D102
        _, height, width, channels = inputs.shape
        blocks = ops.reshape(inputs, (-1, height, width, 2, 2, channels // 4))
        return ops.reshape(ops.transpose(blocks, (0, 1, 3, 2, 4, 5)), (-1, 2 * height, 2 * width, channels // 4))

    def compute_output_shape(self, input_shape: Any) -> Any:  # noqa: D102
        batch, height, width, channels = input_shape
        if channels % 4:
            raise ValueError(f"a pixel shuffle takes a multiple of 4 channels, not {channels}")
        return batch, 2 * height, 2 * width, channels // 4


def transposed_convolution(x: KerasTensor, channels: int, kernel_size: int, *, name: str, **kwargs: Any) -> KerasTensor:
    """A transposed convolution with a stride of 2; kernels of an odd side overlap unevenly, in a checkerboard."""
    return layers.Conv2DTranspose(channels, kernel_size, strides=2, padding="same", name=name, **kwargs)(x)


def resize_convolution(x: KerasTensor, channels: int, kernel_size: int, *, name: str, **kwargs: Any) -> KerasTensor:
    """Each pixel four times, then a convolution: no checkerboard (Odena, Dumoulin and Olah 2016)."""
    x = layers.UpSampling2D(name=f"{name}_resize")(x)
    return layers.Conv2D(channels, kernel_size, padding="same", name=name, **kwargs)(x)


def pixel_shuffle(x: KerasTensor, channels: int, kernel_size: int, *, name: str, **kwargs: Any) -> KerasTensor:
    """A convolution to four times the channels, which become 2x2 pixels (Shi et al. 2016, arXiv 1609.05158).

    It does at the low resolution what a transposed convolution with kernels of twice the side does.
    """
    x = layers.Conv2D(4 * channels, kernel_size, padding="same", name=name, **kwargs)(x)
    return PixelShuffle(name=f"{name}_shuffle")(x)


Upsampling = Callable[..., KerasTensor]
_UPSAMPLINGS: dict[str, Upsampling] = {
    function.__name__: function for function in (transposed_convolution, resize_convolution, pixel_shuffle)
}


def find_upsampling(name: str) -> Upsampling:
    """The function of this name, which takes `(x, channels, kernel_size, *, name)` and a convolution's own arguments.

    Args:
        name: `"transposed_convolution"`, `"resize_convolution"` or `"pixel_shuffle"`.

    Raises:
        ValueError: If there is none of this name.
    """
    if name not in _UPSAMPLINGS:
        raise ValueError(f"there is no upsampling {name!r}; it is one of {', '.join(_UPSAMPLINGS)}")
    return _UPSAMPLINGS[name]
