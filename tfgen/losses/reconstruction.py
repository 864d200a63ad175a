"""What a decoder's output means, and what a wrong one costs."""

from typing import Any, Self

import keras
from keras import ops

from tfgen.losses import LOSSES


class ReconstructionLoss:
    """The cost of a decoder's outputs for given images, and the images that those outputs stand for.

    A subclass implements `per_image`, and `to_images` if its outputs are not images; one with arguments also
    `get_config`. It is stateless, and Keras saves it with the model that holds it.
    """

    def __call__(self, images: Any, outputs: Any) -> Any:
        """The cost of each image.

        Args:
            images: `(batch, height, width, channels)` in [-1, 1].
            outputs: The decoder's outputs, of the same shape.

        Returns:
            float32 `(batch,)`, computed in float32 whatever the arguments' dtypes.

        Raises:
            ValueError: If the shapes of an image and of an output differ.
        """
        images = ops.cast(images, "float32")
        outputs = ops.cast(outputs, "float32")
        # Broadcasting would hide the mistake.
        if not _same_shape(images.shape[1:], outputs.shape[1:]):
            raise ValueError(
                f"the decoder's outputs have shape {tuple(outputs.shape[1:])}, the images {tuple(images.shape[1:])}; "
                "build the decoder with the images' shape"
            )
        return self.per_image(images, outputs)

    def per_image(self, images: Any, outputs: Any) -> Any:
        """The cost of each image, `(batch,)`, from float32 tensors of one shape."""
        raise NotImplementedError(f"{type(self).__name__} implements no per_image")

    def to_images(self, outputs: Any) -> Any:
        """The float32 images in [-1, 1] that a decoder's outputs stand for: here the outputs, cut to that range."""
        return ops.clip(ops.cast(outputs, "float32"), -1.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Rebuilds the loss from its configuration."""
        return cls(**config)


@LOSSES.register("squared_error")
@keras.saving.register_keras_serializable(package="tfgen")
class SquaredError(ReconstructionLoss):
    """Squared error, the mean over pixels and channels, of images in [-1, 1]."""

    def per_image(self, images: Any, outputs: Any) -> Any:
        """mean (x - y)^2 over pixels and channels, between 0 and 4 where both are in [-1, 1]."""
        return ops.mean(ops.square(images - outputs), axis=(1, 2, 3))


@LOSSES.register("absolute_error")
@keras.saving.register_keras_serializable(package="tfgen")
class AbsoluteError(ReconstructionLoss):
    """Absolute error, the mean over pixels and channels, of images in [-1, 1]."""

    def per_image(self, images: Any, outputs: Any) -> Any:
        """mean |x - y| over pixels and channels, between 0 and 2 where both are in [-1, 1]."""
        return ops.mean(ops.abs(images - outputs), axis=(1, 2, 3))


def _same_shape(first: Any, second: Any) -> bool:
    # While a graph is traced a side may be unknown: None.
    return len(first) == len(second) and all(a == b or None in (a, b) for a, b in zip(first, second, strict=True))
