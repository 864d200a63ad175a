"""Conditional batch normalisation (Dumoulin et al. 2017, arXiv 1610.07629; de Vries et al. 2017, arXiv 1707.00683)."""

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="tfgen")
class ConditionalBatchNormalization(layers.Layer):
    """Batch normalisation whose scale and offset depend on each row's class.

    Dumoulin et al. gave each style a scale and an offset of its own after instance normalisation; de Vries et al.
    conditioned those of batch normalisation; GANs have them for each class since Miyato and Koyama 2018
    (arXiv 1802.05637). All classes share the statistics.

    Args:
        num_classes: Number of classes.
        momentum: Of the moving averages.
        epsilon: What is added to the variance.
        **kwargs: Keras' own arguments of a layer.

    Call arguments:
        inputs: `[x, labels]`: x `(batch, ..., channels)`, labels integers `(batch,)` from 0 to num_classes - 1.
        training: Whether to normalise by the batch's own statistics, and to move the averages towards them.

    Returns:
        As x: gamma[labels] (x - mean) / sqrt(variance + epsilon) + beta[labels].

    Raises:
        ValueError: If num_classes is under 1.
    """

    def __init__(self, num_classes: int, momentum: float = 0.99, epsilon: float = 1e-3, **kwargs: Any):
        if num_classes < 1:
            raise ValueError(f"num_classes is {num_classes}; it is 1 or more")
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.momentum = momentum
        self.epsilon = epsilon
        self.normalization = layers.BatchNormalization(
            momentum=momentum, epsilon=epsilon, center=False, scale=False, dtype=self.dtype_policy, name="normalization"
        )

    def build(self, input_shape: Any) -> None:  # noqa: D102
        x_shape, _ = input_shape
        self.normalization.build(x_shape)
        self.gamma = self.add_weight(shape=(self.num_classes, x_shape[-1]), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(self.num_classes, x_shape[-1]), initializer="zeros", name="beta")

    def call(self, inputs: Any, training: bool = False) -> Any:  # noqa: D102
        x, labels = inputs
        gamma, beta = (self._of_class(weights, labels, len(x.shape)) for weights in (self.gamma, self.beta))
        return gamma * self.normalization(x, training=training) + beta

    def compute_output_shape(self, input_shape: Any) -> Any:  # noqa: D102
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
        }

    @staticmethod
    def _of_class(weights: Any, labels: Any, rank: int) -> Any:
        rows = ops.take(weights, labels, axis=0)
        return ops.reshape(rows, (-1, *(1,) * (rank - 2), rows.shape[-1]))
