"""Structural similarity as a loss."""

from typing import Any

import keras
from keras import ops

from tfgen.losses import LOSSES
from tfgen.losses.reconstruction import ReconstructionLoss

_WINDOW = 11
_SIGMA = 1.5
# (K L)^2 with the K1 and K2 of Wang et al., for pixels that span L = 1.
_C1 = 0.01**2
_C2 = 0.03**2


@LOSSES.register("structural_similarity")
@keras.saving.register_keras_serializable(package="tfgen")
class StructuralSimilarity(ReconstructionLoss):
    """Structural similarity (Wang et al. 2004) as a loss, 1 - SSIM (Zhao et al. 2017, arXiv 1511.08861).

    The index is that of `tfgen.metrics.ssim`: Gaussian windows of 11 pixels and sigma 1.5 that lie wholly in the image,
    pixels shifted to [0, 1], the mean over places and channels. It hardly sees a brightness or a colour that is off
    everywhere; Zhao et al. mix it with the absolute error for that.

    Args:
        weight: Weight of 1 - SSIM; the rest to 1 is that of the mean absolute error of pixels in [0, 1]. The paper
            mixes its multi-scale index with 0.84.

    Raises:
        ValueError: If weight is not above 0 and at most 1; when called, if a side of the images is under 11 pixels.
    """

    def __init__(self, weight: float = 1.0):
        if not 0 < weight <= 1:
            raise ValueError(f"weight is {weight}; the share of the structural similarity is above 0 and at most 1")
        self.weight = float(weight)

    def per_image(self, images: Any, outputs: Any) -> Any:
        """weight (1 - SSIM) + (1 - weight) mean |x - y| / 2, between 0 and 1 + weight for images in [-1, 1]."""
        absolute_error = ops.mean(ops.abs(images - outputs), axis=(1, 2, 3)) / 2.0
        return self.weight * (1.0 - _similarity(images, outputs)) + (1.0 - self.weight) * absolute_error

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {"weight": self.weight}


def _similarity(images: Any, others: Any) -> Any:
    height, width = images.shape[1:3]
    if any(side is not None and side < _WINDOW for side in (height, width)):
        raise ValueError(
            f"images are {height}x{width} pixels; structural similarity looks through a window of "
            f"{_WINDOW}x{_WINDOW}, so take larger ones, or the loss squared_error"
        )
    # A GPU may round what goes into a float32 product to 11 bits, and a variance is a small difference of such.
    first, second = (ops.transpose((ops.cast(each, "float64") + 1.0) / 2.0, (0, 3, 1, 2)) for each in (images, others))
    maps = ops.stack([first, second, ops.square(first) + ops.square(second), first * second])
    rows, columns = (_windows(ops.shape(maps)[axis]) for axis in (-2, -1))
    mean, other_mean, moments, product = ops.unstack(ops.matmul(ops.matmul(rows, maps), ops.transpose(columns)), 4)
    squares, means = ops.square(mean) + ops.square(other_mean), mean * other_mean
    luminance = (2.0 * means + _C1) / (squares + _C1)
    contrast_structure = (2.0 * (product - means) + _C2) / (moments - squares + _C2)
    return ops.cast(ops.mean(luminance * contrast_structure, axis=(1, 2, 3)), "float32")


def _windows(side: Any) -> Any:
    """The weights of each place of the window along a side, float64 (side - 10, side); each row sums to 1."""
    offsets = ops.arange(side)[None, :] - ops.arange(side - _WINDOW + 1)[:, None]
    distances = ops.cast(offsets - _WINDOW // 2, "float64") / _SIGMA
    inside = ops.logical_and(offsets >= 0, offsets < _WINDOW)
    weights = ops.where(inside, ops.exp(-0.5 * ops.square(distances)), ops.zeros_like(distances))
    return weights / ops.sum(weights, axis=-1, keepdims=True)
