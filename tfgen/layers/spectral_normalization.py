"""Spectral normalisation (Miyato et al. 2018, arXiv 1802.05957)."""

from typing import Any

import keras
from keras import layers, ops

# Keeps a kernel of zeros from a division by zero.
_EPSILON = 1e-12


@keras.saving.register_keras_serializable(package="tfgen")
class SpectralNormalization(layers.Wrapper):
    """A layer with its weights divided by their largest singular value: W / sigma(W) (Miyato et al. 2018).

    The kernel is read as a matrix of output by input units, sigma is u^T W v, and u, the estimate of the first left
    singular vector, is a weight that no optimizer sees. A training call takes a step of the power iteration and keeps
    u; u and v count as constants in gradients, and sigma does not, so that the gradient is the paper's equation (12).
    Evaluation takes the step too, and keeps nothing.

    `keras.layers.SpectralNormalization` is another method: it overwrites the kernel with the normalised one at each
    call, outside of the gradient, so that the optimizer moves a projected kernel and no gradient flows through sigma.

    sigma is computed in float32 under every dtype policy; the layer inside keeps its own policy.

    Args:
        layer: A Dense, Conv1D, Conv2D, Conv3D, transposed convolution or Embedding layer; its name is also the
            wrapper's if none is given.
        power_iterations: Steps of the power iteration in a call; 1 in the paper.
        **kwargs: Keras' own arguments of a layer.

    Raises:
        ValueError: If power_iterations is under 1, or, when it is built, the layer has neither kernel nor embeddings.
    """

    def __init__(self, layer: layers.Layer, power_iterations: int = 1, **kwargs: Any):
        if power_iterations < 1:
            raise ValueError(f"power_iterations is {power_iterations}; it is 1 or more")
        super().__init__(layer, **{"name": layer.name, **kwargs, "dtype": "float32"})
        # Neither what comes in nor the kernel, which sigma needs whole, is cast here: the layer inside does that.
        self.autocast = False
        self.power_iterations = power_iterations

    def build(self, input_shape: Any = None) -> None:  # noqa: D102
        super().build(input_shape)
        self.u = self.add_weight(
            shape=(self._matrix().shape[0],),
            initializer=keras.initializers.RandomNormal(),
            trainable=False,
            # Each replica takes the same step from the same kernel.
            aggregation="only_first_replica",
            name="u",
        )

    def call(self, inputs: Any, training: bool = False) -> Any:  # noqa: D102
        matrix = self._matrix()
        constant = ops.stop_gradient(matrix)
        u = ops.convert_to_tensor(self.u)
        for _ in range(self.power_iterations):
            v = _unit(ops.matmul(u, constant))
            u = _unit(ops.matmul(constant, v))
        if training:
            self.u.assign(u)
        sigma = ops.sum(u * ops.matmul(matrix, v))
        kernel = self._kernel()
        normalised = kernel / ops.cast(ops.maximum(sigma, _EPSILON), kernel.dtype)
        with keras.StatelessScope([(kernel, normalised)], initialize_variables=False):
            return self.layer(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:  # noqa: D102
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        config = {**super().get_config(), "power_iterations": self.power_iterations}
        # The layer inside is built when the wrapper is: a copy may take inputs of another width.
        config["layer"].pop("build_config", None)
        return config

    def _kernel(self) -> keras.Variable:
        for name in ("kernel", "embeddings"):
            if (kernel := getattr(self.layer, name, None)) is not None:
                return kernel
        raise ValueError(
            f"spectral normalisation needs a layer with a kernel or embeddings, and {type(self.layer).__name__} "
            f"{self.layer.name!r} has neither; wrap a Dense, a convolution or an Embedding"
        )

    def _matrix(self) -> Any:
        """The kernel in float32 as (output units, all others)."""
        kernel = ops.cast(self._kernel(), "float32")
        transposed = isinstance(self.layer, layers.Conv1DTranspose | layers.Conv2DTranspose | layers.Conv3DTranspose)
        kernel = ops.moveaxis(kernel, -2 if transposed else -1, 0)
        return ops.reshape(kernel, (kernel.shape[0], -1))


def _unit(vector: Any) -> Any:
    return vector / ops.maximum(ops.norm(vector), _EPSILON)
