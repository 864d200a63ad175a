"""The one seam to TensorFlow for models: gradients, stateless noise, compiled functions."""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

if keras.backend.backend() != "tensorflow":
    raise ImportError(
        f"tfgen trains on Keras' TensorFlow backend, and KERAS_BACKEND is {keras.backend.backend()!r}; "
        "set KERAS_BACKEND=tensorflow before Keras is imported"
    )

TensorSpec = tf.TensorSpec


class Update(NamedTuple):
    """One update of some variables.

    Attributes:
        logs: The dictionary that the objective returned.
        gradient_norm: Euclidean norm of the gradient over all variables; of several replicas, each has its own.
        applied: 1.0 if the variables were updated, 0.0 if the condition forbade it.
    """

    logs: dict[str, Any]
    gradient_norm: Any
    applied: Any


def minimize(
    objective: Callable[[], tuple[Any, dict[str, Any]]],
    variables: Sequence[keras.Variable],
    optimizer: keras.optimizers.Optimizer,
    condition: Callable[[dict[str, Any]], Any] | None = None,
) -> Update:
    """One update of `variables` by `optimizer` down the gradient of `objective`.

    Args:
        objective: Takes nothing, returns the scalar loss and a dictionary of values to log.
        variables: What is updated; nothing else is, whatever the loss depends on.
        optimizer: A Keras optimizer built for these variables.
        condition: Takes what the objective logged, and returns a scalar, the same on all replicas: whether to update.
            Without an update variables and optimizer stay as they are. None always updates.

    Returns:
        What the objective logged, and how the update went.
    """
    variables = list(variables)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([variable.value for variable in variables])
        loss, logs = objective()
        # Gradients are summed over replicas: each replica's loss is its share of the mean.
        share = loss / replicas()
        scaled = optimizer.scale_loss(share)
    gradients = tape.gradient(scaled, variables)
    norm = tf.linalg.global_norm([tf.cast(each, tf.float32) for each in gradients if each is not None])
    norm = norm * replicas() / tf.cast(optimizer.scale_loss(1.0), tf.float32)
    if condition is None:
        optimizer.apply(gradients, variables)
        return Update(logs, norm, 1.0)
    applied = condition(logs)
    # Not `tf.cond`, in whose branches replicas cannot add up their gradients.
    state = [*variables, *optimizer.variables]
    before = [tf.identity(variable.value) for variable in state]
    optimizer.apply(gradients, variables)
    for variable, value in zip(state, before, strict=True):
        variable.assign(tf.where(applied, variable.value, value))
    return Update(logs, norm, tf.cast(applied, tf.float32))


def fuse_adam(optimizer: keras.optimizers.Optimizer) -> None:
    """Has a plain Adam update each variable in one pass over the memory, by TensorFlow's own kernel.

    Keras' takes a dozen passes, which on a processor are a good part of a training step. What Adam computes, its
    variables, and what Keras does around an update (clipping, decay, averages, replicas) stay as they are. Other
    optimizers are left alone, Adam's subclasses among them, and so are AMSGrad and gradients that add up over steps.
    One that has been given an update of its own keeps it, as one does that is compiled a second time.

    Args:
        optimizer: A Keras optimizer, built.
    """
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    if type(optimizer) is not keras.optimizers.Adam or optimizer.amsgrad or optimizer.gradient_accumulation_steps:
        return
    # Not public: a Keras that calls them something else keeps its own update.
    known = all(hasattr(optimizer, name) for name in ("_get_variable_index", "_momentums", "_velocities"))
    if not known or "update_step" in vars(optimizer):
        return
    update_of_keras = optimizer.update_step

    def update_step(gradient: Any, variable: Any, learning_rate: Any) -> None:
        if isinstance(gradient, tf.IndexedSlices):
            update_of_keras(gradient, variable, learning_rate)
            return
        index = optimizer._get_variable_index(variable)
        variable = variable.value if isinstance(variable, keras.Variable) else variable
        step = tf.cast(optimizer.iterations.value + 1, variable.dtype)
        constants = {"lr": learning_rate, "beta1": optimizer.beta_1, "beta2": optimizer.beta_2}
        constants = {name: tf.cast(each, variable.dtype) for name, each in constants.items()}
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=optimizer._momentums[index].value.handle,
            v=optimizer._velocities[index].value.handle,
            beta1_power=tf.pow(constants["beta1"], step),
            beta2_power=tf.pow(constants["beta2"], step),
            epsilon=tf.cast(optimizer.epsilon, variable.dtype),
            grad=tf.cast(gradient, variable.dtype),
            **constants,
        )

    optimizer.update_step = update_step


def batch_mean(values: Any) -> Any:
    """Mean over the rows of the whole batch: over this replica's, and over the replicas, where there are several.

    Losses that compare means of a batch are so the same on any number of devices.
    """
    mean = tf.reduce_mean(values, axis=0)
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return mean
    return replica.all_reduce(tf.distribute.ReduceOp.MEAN, mean)


def all_rows(rows: Any) -> Any:
    """The rows of the whole batch: this replica's, or where there are several, those of all, alike on each.

    Gradients flow back to the replica that a row is from. A loss of pairs of rows is so the same on any number of
    devices.
    """
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return rows
    return replica.all_gather(rows, axis=0)


def random_rows(rows: Any, count: int, seed: Any) -> Any:
    """Rows of the whole batch, drawn at random: over the replicas, where there are several, and alike on each.

    Args:
        rows: This replica's part of the batch, `(n, ...)`.
        count: How many to draw; no row is drawn again before all have been.
        seed: Two integers.

    Returns:
        The drawn rows, `(count, ...)`, of the dtype of `rows`.
    """
    rows = all_rows(rows)
    n = tf.shape(rows)[0]
    order = tf.argsort(_unit(_philox((n,), _integers(seed))))
    return tf.gather(rows, tf.gather(order, tf.range(count) % n))


def replicas() -> int:
    """The number of devices that share a batch."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def input_gradient(function: Callable[[Any], Any], inputs: Any) -> Any:
    """Gradient of `function(inputs)`, summed over its outputs, with respect to `inputs`, of the shape of `inputs`.

    Each row of a batch gets its own gradient as long as `function` treats the rows independently.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        outputs = function(inputs)
    return tape.gradient(outputs, inputs)


def rectify(inputs: Any, negative_slope: float = 0.0) -> Any:
    """The inputs where they are positive, `negative_slope` times them elsewhere.

    The slope is a constant to the derivatives of a gradient, too. TensorFlow's own have a zero for it there, and take
    that all the way back through the network, which in a gradient penalty are two passes of six.
    """

    @tf.custom_gradient
    def rectified(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        if not negative_slope:
            y = tf.nn.relu(x)
            return y, lambda gradient: tf.raw_ops.ReluGrad(gradients=gradient, features=tf.stop_gradient(y))
        constant = {"features": tf.stop_gradient(x), "alpha": negative_slope}
        return tf.nn.leaky_relu(x, negative_slope), lambda gradient: tf.raw_ops.LeakyReluGrad(
            gradients=gradient, **constant
        )

    return rectified(inputs)


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


def function(python_function: Callable, signature: Sequence[tf.TensorSpec], jit_compile: bool = False) -> Callable:
    """`python_function` as one graph for inputs of this `signature`, compiled by XLA if `jit_compile` is true."""
    # A partial, since TensorFlow counts traces by a method's code, and warns of the models of a class as of one.
    unlike = functools.partial(python_function)
    return tf.function(unlike, input_signature=list(signature), autograph=False, jit_compile=jit_compile)


def traced_once(python_function: Callable) -> Callable:
    """What a graph may call several times at the price of one: a graph within, traced and optimised only once.

    Outside of a graph, and under a distribution strategy, whose replicas cannot add up gradients inside of such a
    function, it is `python_function` itself.
    """
    if tf.executing_eagerly() or tf.distribute.has_strategy():
        return python_function
    # Inlined, its copies would be optimised one by one, which takes longer than to trace them.
    return tf.function(python_function, autograph=False, experimental_attributes={"_noinline": True})


def _random_bits(shape: Sequence[Any], seed: Any) -> tf.Tensor:
    seed = _integers(seed)
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return _philox(shape, seed)
    # Each replica takes its rows of what one device would draw for the whole batch.
    rows, *columns = shape
    everything = _philox((rows * replica.num_replicas_in_sync, *columns), seed)
    start = replica.replica_id_in_sync_group * rows
    return tf.slice(everything, [start, *(0 for _ in columns)], tf.stack(list(shape)))


def _integers(seed: Any) -> tf.Tensor:
    seed = tf.convert_to_tensor(seed)
    return seed if seed.dtype in (tf.int32, tf.int64) else tf.cast(seed, tf.int32)


def _philox(shape: Sequence[Any], seed: tf.Tensor) -> tf.Tensor:
    return tf.random.stateless_uniform(shape, seed, None, None, dtype=tf.uint32, alg="philox")


def _unit(bits: tf.Tensor) -> tf.Tensor:
    # A float32 holds 24 bits; more would round up to 1.
    return tf.cast(tf.bitwise.right_shift(bits, 8), tf.float32) * 2.0**-24
