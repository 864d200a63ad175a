"""The gated activation of PixelCNN (van den Oord et al. 2016, arXiv 1606.05328)."""

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="tfgen")
class GatedActivation(layers.Layer):
    """tanh(a) sigmoid(b) of the two halves a, b of the features (van den Oord et al. 2016, arXiv 1606.05328, eq. 2).

    Call arguments:
        inputs: `(..., 2 x features)`: a, then b.

    Returns:
        `(..., features)`.

    Raises:
        ValueError: If the number of features is odd.
    """

    def call(self, inputs: Any) -> Any:  # noqa: D102
        if inputs.shape[-1] % 2:
            raise ValueError(f"a gate takes an even number of features, and {inputs.shape[-1]} are given")
        values, gates = ops.split(inputs, 2, axis=-1)
        return ops.tanh(values) * ops.sigmoid(gates)

    def compute_output_shape(self, input_shape: Any) -> Any:  # noqa: D102
        return (*input_shape[:-1], input_shape[-1] // 2)
