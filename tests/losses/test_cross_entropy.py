import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax
from sklearn.metrics import accuracy_score, log_loss

from tfgen.losses.cross_entropy import categorical_cross_entropy, classification_accuracy

RNG = np.random.default_rng(0)
LOGITS, LABELS = RNG.normal(0, 3, (50, 4)).astype("float32"), RNG.integers(4, size=50)


def test_against_scikit_learn():
    probabilities = np.exp(log_softmax(LOGITS.astype("float64"), axis=1))
    expected = log_loss(LABELS, probabilities / probabilities.sum(axis=1, keepdims=True), labels=range(4))
    assert float(categorical_cross_entropy(LABELS, LOGITS)) == pytest.approx(expected, rel=1e-6)
    accuracy = classification_accuracy(LABELS, LOGITS)
    assert accuracy.dtype == "float32"
    assert np.mean(accuracy) == pytest.approx(accuracy_score(LABELS, LOGITS.argmax(axis=1)))


def test_large_logits_and_their_gradient_are_finite():
    logits = tf.constant([[1000.0, -1000.0, 0.0], [-500.0, 0.0, 500.0]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = categorical_cross_entropy([1, 2], logits)
    assert float(loss) == pytest.approx(1000)
    np.testing.assert_allclose(tape.gradient(loss, logits), [[0.5, -0.5, 0], [0, 0, 0]], atol=1e-6)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_computed_in_float32(dtype):
    logits = tf.cast(LOGITS, dtype)
    loss = categorical_cross_entropy(LABELS, logits)
    assert loss.dtype == "float32"
    assert float(loss) == float(categorical_cross_entropy(LABELS, tf.cast(logits, "float32")))


@pytest.mark.parametrize("jit_compile", [False, True])
def test_in_a_graph(jit_compile):
    compiled = tf.function(categorical_cross_entropy, jit_compile=jit_compile)
    labels = tf.constant(LABELS, "int64")
    assert float(compiled(labels, LOGITS)) == pytest.approx(float(categorical_cross_entropy(labels, LOGITS)), rel=1e-6)
