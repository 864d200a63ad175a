"""Labels as channels of an image."""

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="tfgen")
class LabelMaps(layers.Layer):
    """Images with one more channel for each class: ones in that of the image's own class, zeros in the others.

    It has no weights: those that the next layer gives these channels are the embedding of the labels.

    Args:
        num_classes: Number of classes.
        **kwargs: Keras' own arguments of a layer.

    Call arguments:
        inputs: `[images, labels]`: images `(batch, height, width, channels)`, labels integers `(batch,)` from 0 to
            num_classes - 1.

    Returns:
        `(batch, height, width, channels + num_classes)`, the images' channels first.

    Raises:
        ValueError: If num_classes is under 1.
    """

    def __init__(self, num_classes: int, **kwargs: Any):
        if num_classes < 1:
            raise ValueError(f"num_classes is {num_classes}; it is 1 or more")
        super().__init__(**kwargs)
        self.num_classes = num_classes

    def call(self, inputs: Any) -> Any:  # noqa: D102
        images, labels = inputs
        classes = ops.one_hot(labels, self.num_classes, dtype=images.dtype)
        maps = ops.ones_like(images[..., :1]) * classes[:, None, None]
        return ops.concatenate([images, maps], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:  # noqa: D102
        images_shape, _ = input_shape
        return (*images_shape[:-1], images_shape[-1] + self.num_classes)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "num_classes": self.num_classes}
