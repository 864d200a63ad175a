"""Noise that falls on each pixel independently."""

import math
from typing import Any

import keras
from keras import ops

from tfgen import backend
from tfgen.corruptions import CORRUPTIONS

_BLACK, _WHITE = -1.0, 1.0


class Corruption:
    """A random damage to images, drawn from a seed; stateless, and saved by Keras with the model that holds it."""

    def corrupt(self, images: Any, seed: Any) -> Any:
        """Damages images.

        Args:
            images: `(n, height, width, channels)` in [-1, 1], of a floating dtype.
            seed: Two integers; the same seed draws the same damage, XLA or not.

        Returns:
            The damaged images, of the same shape and dtype, in [-1, 1].
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how it damages images")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, for Keras' serialisation."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Corruption":
        """The corruption with these constructor arguments."""
        return cls(**config)


@CORRUPTIONS.register("gaussian_noise")
@keras.saving.register_keras_serializable(package="tfgen")
class GaussianNoise(Corruption):
    """Gaussian noise on every pixel and channel, cut to the range of pixels, as a file of bytes would cut it.

    Args:
        scale: Standard deviation in units of the pixels' range, black to white: 0.5 is 1.0 on images in [-1, 1].
        smallest_scale: If given, each image has a scale of its own, uniform between this one and `scale`, so that one
            model learns to remove a range of levels.

    Raises:
        ValueError: If scale is not a positive number, or smallest_scale not from 0 to below scale.
    """

    def __init__(self, scale: float = 0.5, smallest_scale: float | None = None):
        if not 0 < scale < math.inf:
            raise ValueError(f"scale is {scale}; it is a positive number, in units of the pixels' range")
        if smallest_scale is not None and not 0 <= smallest_scale < scale:
            raise ValueError(f"smallest_scale is {smallest_scale}; it is 0 or more, and below scale, {scale}")
        self.scale = float(scale)
        self.smallest_scale = None if smallest_scale is None else float(smallest_scale)

    def corrupt(self, images: Any, seed: Any) -> Any:  # noqa: D102
        images = ops.convert_to_tensor(images)
        n, height, width, channels = ops.shape(images)
        if self.smallest_scale is None:
            scales, noise = self.scale, backend.normal((n, height, width, channels), seed)
        else:
            # One draw for both, for two of one seed are not independent: a row more, of which one number is taken.
            draws = backend.normal((n, height + 1, width, channels), seed)
            share = 0.5 + 0.5 * ops.erf(draws[:, :1, :1, :1] / math.sqrt(2.0))
            scales, noise = self.smallest_scale + share * (self.scale - self.smallest_scale), draws[:, 1:]
        noisy = ops.cast(images, "float32") + (_WHITE - _BLACK) * scales * noise
        return ops.cast(ops.clip(noisy, _BLACK, _WHITE), images.dtype)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {"scale": self.scale, "smallest_scale": self.smallest_scale}


class PixelNoise(Corruption):
    """What replaces some of the pixels, all channels of a pixel together, each pixel with probability `rate`.

    The papers destroy a fixed number of an image's components; here each pixel flips a coin of its own, so that the
    number varies from image to image.

    Args:
        rate: Expected share of the pixels that are lost.

    Raises:
        ValueError: If rate is not above 0 and at most 1.
    """

    def __init__(self, rate: float):
        if not 0 < rate <= 1:
            raise ValueError(f"rate is {rate}; the share of the pixels that are lost is above 0 and at most 1")
        self.rate = float(rate)

    def draws(self, images: Any, seed: Any) -> Any:
        """A number for each pixel, float32 `(n, height, width, 1)`, uniform in [0, 1)."""
        n, height, width, _ = ops.shape(images)
        return backend.uniform((n, height, width, 1), seed)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {"rate": self.rate}


@CORRUPTIONS.register("masking")
@keras.saving.register_keras_serializable(package="tfgen")
class Masking(PixelNoise):
    """Masking noise (Vincent et al. 2008, ICML): a share of the pixels turns black, each by a coin of its own.

    Args:
        rate: As for `PixelNoise`.
    """

    def __init__(self, rate: float = 0.25):
        super().__init__(rate)

    def corrupt(self, images: Any, seed: Any) -> Any:  # noqa: D102
        images = ops.convert_to_tensor(images)
        return ops.where(self.draws(images, seed) < self.rate, ops.full_like(images, _BLACK), images)


@CORRUPTIONS.register("salt_and_pepper")
@keras.saving.register_keras_serializable(package="tfgen")
class SaltAndPepper(PixelNoise):
    """Salt-and-pepper noise (Vincent et al. 2010, JMLR 11): a share of the pixels turns black or white, one as often.

    Args:
        rate: As for `PixelNoise`.
    """

    def __init__(self, rate: float = 0.25):
        super().__init__(rate)

    def corrupt(self, images: Any, seed: Any) -> Any:  # noqa: D102
        images = ops.convert_to_tensor(images)
        draws = self.draws(images, seed)
        coins = ops.where(draws < self.rate / 2, ops.full_like(images, _BLACK), ops.full_like(images, _WHITE))
        return ops.where(draws < self.rate, coins, images)
