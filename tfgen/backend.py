"""The one seam to TensorFlow for models: gradients, stateless noise, compiled functions."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

if keras.backend.backend() != "tensorflow":
    raise ImportError(
        f"tfgen trains on Keras' TensorFlow backend, and KERAS_BACKEND is {keras.backend.backend()!r}; "
        "set KERAS_BACKEND=tensorflow before Keras is imported"
    )

TensorSpec = tf.TensorSpec


def minimize(
    objective: Callable[[], tuple[Any, dict[str, Any]]],
    variables: Sequence[keras.Variable],
    optimizer: keras.optimizers.Optimizer,
) -> dict[str, Any]:
    """One update of `variables` by `optimizer` down the gradient of `objective`.

    Args:
        objective: Takes nothing, returns the scalar loss and a dictionary of values to log.
        variables: What is updated; nothing else is, whatever the loss depends on.
        optimizer: A Keras optimizer built for these variables.

    Returns:
        The dictionary that `objective` returned.
    """
    variables = list(variables)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([variable.value for variable in variables])
        loss, logs = objective()
        # Gradients are summed over replicas: each replica's loss is its share of the mean.
        share = loss / tf.distribute.get_strategy().num_replicas_in_sync
        scaled = optimizer.scale_loss(share)
    optimizer.apply(tape.gradient(scaled, variables), variables)
    return logs


def input_gradient(function: Callable[[Any], Any], inputs: Any) -> Any:
    """Gradient of `function(inputs)`, summed over its outputs, with respect to `inputs`, of the shape of `inputs`.

    Each row of a batch gets its own gradient as long as `function` treats the rows independently.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        outputs = function(inputs)
    return tape.gradient(outputs, inputs)


def normal(shape: Sequence[Any], seed: Any) -> Any:
    """Standard normal float32 noise of `shape`: the same for the same `seed` (two integers), XLA or not.

    Fewer rows of the same seed are the first rows of more, to rounding.
    """
    # TensorFlow's own floats differ under XLA; its bits do not. The transform is Box and Muller's (1958).
    radius_bits, angle_bits = tf.unstack(_random_bits((*shape, 2), seed), axis=-1)
    radius = tf.sqrt(-2.0 * tf.math.log((tf.cast(radius_bits, tf.float32) + 1.0) * 2.0**-32))
    return radius * tf.cos(2.0 * math.pi * _unit(angle_bits))


def uniform(shape: Sequence[Any], seed: Any, minimum: float = 0.0, maximum: float = 1.0) -> Any:
    """Uniform float32 noise in [minimum, maximum): the same for the same `seed` (two integers), XLA or not."""
    return minimum + (maximum - minimum) * _unit(_random_bits(shape, seed))


def function(python_function: Callable, signature: Sequence[tf.TensorSpec]) -> Callable:
    """`python_function` as one compiled graph for inputs of this `signature`."""
    return tf.function(python_function, input_signature=list(signature), autograph=False)


def _random_bits(shape: Sequence[Any], seed: Any) -> tf.Tensor:
    return tf.random.stateless_uniform(shape, _replica_seed(seed), None, None, dtype=tf.uint32, alg="philox")


def _unit(bits: tf.Tensor) -> tf.Tensor:
    # A float32 holds 24 bits; more would round up to 1.
    return tf.cast(tf.bitwise.right_shift(bits, 8), tf.float32) * 2.0**-24


def _replica_seed(seed: Any) -> tf.Tensor:
    seed = tf.convert_to_tensor(seed)
    if seed.dtype not in (tf.int32, tf.int64):
        seed = tf.cast(seed, tf.int32)
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return seed
    return seed + tf.stack([tf.cast(replica.replica_id_in_sync_group, seed.dtype), tf.zeros((), seed.dtype)])
