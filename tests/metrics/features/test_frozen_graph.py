import numpy as np
import pytest
import tensorflow as tf

from tfgen.errors import TfgenError
from tfgen.metrics.features.frozen_graph import read_constants

VALUES = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")


@pytest.fixture(scope="module")
def graph():
    built = tf.Graph()
    with built.as_default():
        rows = tf.compat.v1.placeholder(tf.float32, (None, 3), name="rows")
        tf.matmul(rows, tf.constant(VALUES, name="softmax/weights"), name="logits")
        tf.constant(7, name="step")
    return built.as_graph_def().SerializeToString()


def test_constants(graph):
    constants = read_constants(graph)
    assert constants.keys() == {"softmax/weights", "step"}
    np.testing.assert_array_equal(constants["softmax/weights"], VALUES)
    assert constants["step"] == 7


@pytest.mark.parametrize("damage", [lambda graph: graph[:-20], lambda graph: b"\xff" * 50])
def test_damaged_graphs_are_refused(graph, damage):
    with pytest.raises(TfgenError, match=r"^this is no frozen TensorFlow graph, or a damaged one"):
        read_constants(damage(graph))
