"""What a compiled function computes, and no more: TensorFlow leaves out what nothing reads."""

import math
from collections.abc import Iterator

import tensorflow as tf


def live_operations(function: tf.types.experimental.ConcreteFunction) -> Iterator[tf.Operation]:
    """The operations that an output, or one with a side effect, depends on."""
    waiting = [*(output.op for output in function.graph.outputs), *function.graph.control_outputs]
    seen = set()
    while waiting:
        operation = waiting.pop()
        if operation.name in seen:
            continue
        seen.add(operation.name)
        yield operation
        waiting += [*(each.op for each in operation.inputs), *operation.control_inputs]


def flops(function: tf.types.experimental.ConcreteFunction) -> float:
    """Multiplications and additions of its matrix products and convolutions, those of their gradients with them."""
    return sum(map(_flops, live_operations(function)))


def _flops(operation: tf.Operation) -> float:
    inputs, outputs = ([each.shape for each in tensors] for tensors in (operation.inputs, operation.outputs))
    if operation.type == "MatMul":
        return 2.0 * math.prod(outputs[0]) * inputs[0][0 if operation.get_attr("transpose_a") else 1]
    # A kernel is (height, width, channels in, channels out): each output is a sum over the first three.
    if operation.type == "Conv2D":
        return 2.0 * math.prod(outputs[0]) * math.prod(inputs[1][:3])
    if operation.type == "Conv2DBackpropInput":
        return 2.0 * math.prod(inputs[2]) * math.prod(inputs[1][:3])
    if operation.type == "Conv2DBackpropFilter":
        return 2.0 * math.prod(inputs[2]) * math.prod(outputs[0][:3])
    if "MatMul" in operation.type or "Conv" in operation.type or "Einsum" in operation.type:
        raise NotImplementedError(f"{operation.type} is not counted")
    return 0.0
