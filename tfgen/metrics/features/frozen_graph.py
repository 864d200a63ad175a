"""The constants of a frozen TensorFlow graph, read without running it."""

import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError

from tfgen.errors import TfgenError


def read_constants(graph: bytes) -> dict[str, np.ndarray]:
    """The arrays of a graph's `Const` nodes.

    Args:
        graph: A serialised `GraphDef`, as a `.pb` file holds it.

    Returns:
        The arrays by their node's name, such as `"softmax/weights"`.

    Raises:
        TfgenError: If it is no such graph, or damaged.
    """
    try:
        nodes = tf.compat.v1.GraphDef.FromString(graph).node
        return {node.name: tf.make_ndarray(node.attr["value"].tensor) for node in nodes if node.op == "Const"}
    except (DecodeError, TypeError, ValueError) as error:
        raise TfgenError(f"this is no frozen TensorFlow graph, or a damaged one: {error}") from error
