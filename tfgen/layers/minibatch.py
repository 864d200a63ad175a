"""Layers that let a discriminator see a batch as a whole, and so notice that a generator repeats itself.

Each adds features to its inputs; where a step is spread over replicas, a batch is one replica's share. The outputs of a
row depend on the other rows: the gradient with respect to one image is no longer its own alone.
"""

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="tfgen")
class MinibatchDiscrimination(layers.Layer):
    """Minibatch discrimination (Salimans et al. 2016, arXiv 1606.03498, section 3.2).

    A tensor T turns each row's A features into B vectors of length C. To each row are added B features: for every b,
    the sum over the other rows of exp(-L1 distance between the rows' b-th vectors). The paper's formula adds the row
    itself too, a constant 1 that is left out here.

    Takes memory for B x C numbers for every pair of rows.

    Args:
        kernels: B, the number of features added.
        kernel_dim: C, the length of a vector.
        **kwargs: Keras' own arguments of a layer.

    Call arguments:
        inputs: `(batch, features)`.

    Returns:
        `(batch, features + kernels)`, the inputs first.

    Raises:
        ValueError: If kernels or kernel_dim is under 1.
    """

    def __init__(self, kernels: int = 100, kernel_dim: int = 5, **kwargs: Any):
        if kernels < 1 or kernel_dim < 1:
            raise ValueError(f"kernels is {kernels} and kernel_dim {kernel_dim}; both are 1 or more")
        super().__init__(**kwargs)
        self.kernels = kernels
        self.kernel_dim = kernel_dim

    def build(self, input_shape: Any) -> None:  # noqa: D102
        # One matrix, whose initial values have the right size for A inputs.
        self.kernel = self.add_weight(shape=(input_shape[-1], self.kernels * self.kernel_dim), name="kernel")

    def call(self, inputs: Any) -> Any:  # noqa: D102
        vectors = ops.reshape(ops.matmul(inputs, self.kernel), (-1, self.kernels, self.kernel_dim))
        distances = ops.sum(ops.abs(vectors[:, None] - vectors[None]), axis=-1)
        # A row's distance to itself is exactly 0.
        closeness = ops.sum(ops.exp(-distances), axis=1) - 1.0
        return ops.concatenate([inputs, closeness], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:  # noqa: D102
        return (*input_shape[:-1], input_shape[-1] + self.kernels)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return {**super().get_config(), "kernels": self.kernels, "kernel_dim": self.kernel_dim}


@keras.saving.register_keras_serializable(package="tfgen")
class MinibatchStandardDeviation(layers.Layer):
    """Minibatch standard deviation (Karras et al. 2018, arXiv 1710.10196, section 3).

    The standard deviation over the batch of each feature at each place, averaged to one number, which is added to every
    row, at every place, as one more feature. It has no weights.

    Call arguments:
        inputs: `(batch, features)` or feature maps `(batch, height, width, features)`.

    Returns:
        `(batch, features + 1)` or `(batch, height, width, features + 1)`, the inputs first.
    """

    def call(self, inputs: Any) -> Any:  # noqa: D102
        # The root's gradient at 0 is infinite: where all rows are equal.
        deviations = ops.sqrt(ops.var(inputs, axis=0) + 1e-8)
        column = ops.zeros_like(inputs[..., :1]) + ops.mean(deviations)
        return ops.concatenate([inputs, column], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:  # noqa: D102
        return (*input_shape[:-1], input_shape[-1] + 1)
