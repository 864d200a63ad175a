"""What a wrong or an unsure class costs."""

from typing import Any

from keras import ops


def categorical_cross_entropy(labels: Any, logits: Any) -> Any:
    """-E log softmax(logits)[label], the negative log-likelihood of classes.

    Args:
        labels: Integers `(n,)` from 0 to classes - 1.
        logits: Unnormalised log-probabilities `(n, classes)`.

    Returns:
        A float32 scalar in nats, the mean over the rows, computed in float32 whatever the logits' dtype; never
        negative.
    """
    logits = ops.cast(logits, "float32")
    return ops.mean(ops.sparse_categorical_crossentropy(ops.cast(labels, "int32"), logits, from_logits=True))


def classification_accuracy(labels: Any, logits: Any) -> Any:
    """1.0 for each row whose largest logit is its label's, 0.0 for the others, float32 `(n,)`; arguments as above."""
    return ops.cast(ops.argmax(logits, axis=-1) == ops.cast(labels, "int32"), "float32")
