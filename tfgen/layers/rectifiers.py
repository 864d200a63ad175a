"""Rectifiers through which a penalty on a gradient is differentiated at the least cost."""

from typing import Any

import keras
from keras import layers

from tfgen import backend


@keras.saving.register_keras_serializable(package="tfgen")
class LeakyReLU(layers.LeakyReLU):
    """`keras.layers.LeakyReLU`, for networks whose gradient may be penalised.

    In training its slope counts as a constant to the derivatives of a gradient (`backend.rectify`), which it is
    wherever it has a derivative. Outputs, gradients and the gradients of these are the same as Keras'.
    """

    def call(self, inputs: Any, training: bool = False) -> Any:  # noqa: D102
        return backend.rectify(inputs, self.negative_slope) if training else super().call(inputs)


@keras.saving.register_keras_serializable(package="tfgen")
class ReLU(layers.ReLU):
    """`keras.layers.ReLU`, for networks whose gradient may be penalised; see `LeakyReLU`."""

    def call(self, inputs: Any, training: bool = False) -> Any:  # noqa: D102
        plain = self.max_value is None and not self.negative_slope and not self.threshold
        return backend.rectify(inputs) if training and plain else super().call(inputs)
