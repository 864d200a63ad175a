"""Which classes a generator reaches, and how evenly."""

import math
from typing import Any, NamedTuple

import numpy as np

from tfgen.metrics.inputs import feature_rows


class ModeCoverage(NamedTuple):
    """How samples are spread over the classes of a classifier.

    Attributes:
        histogram: The share of samples in each class, float64 `(classes,)`.
        modes: How many classes were hit.
        kl_to_uniform: KL(histogram || uniform) in nats: 0 if every class has as many samples, log(classes) if one
            class has them all.
    """

    histogram: np.ndarray
    modes: int
    kl_to_uniform: float


def mode_coverage(probabilities: Any, *, minimum_samples: int = 1, minimum_confidence: float = 0.0) -> ModeCoverage:
    """Modes hit by generated samples, as counted on stacked MNIST.

    A sample belongs to its most probable class, to the first of equals. By default one sample is enough to hit a
    class, as in the practice of Metz et al. 2017 (arXiv 1611.02163) and Srivastava et al. 2017 (VEEGAN, arXiv
    1705.07761), who take each of the 1,000 triples of digits for a class. The two arguments below ask for more; the
    histogram and its divergence are those of all samples in any case.

    Args:
        probabilities: What a classifier gives for each sample, `(n, classes)`, NumPy or TensorFlow: rows that are not
            negative and sum to 1.
        minimum_samples: How many of its samples a class needs to count as hit.
        minimum_confidence: How probable a sample's class has to be for the sample to count among these, 0 to 1.

    Raises:
        ValueError: If the rows are no probabilities of at least 2 classes, or an argument is out of its range.
    """
    rows = feature_rows(probabilities, "class probabilities")
    classes = rows.shape[1]
    # float16 sums of a thousand classes are off by less than this.
    if classes < 2 or (rows < 0).any() or not np.allclose(rows.sum(axis=1), 1.0, rtol=0.0, atol=1e-2):
        raise ValueError(
            f"class probabilities of shape {rows.shape} are not rows of at least 2 probabilities that sum to 1; "
            "apply a softmax to logits"
        )
    if minimum_samples < 1 or not 0.0 <= minimum_confidence <= 1.0:
        raise ValueError(
            f"minimum_samples is {minimum_samples} and minimum_confidence {minimum_confidence}; "
            "the first is at least 1, the second from 0 to 1"
        )
    chosen = rows.argmax(axis=1)
    histogram = np.bincount(chosen, minlength=classes) / len(rows)
    confident = chosen[rows.max(axis=1) >= minimum_confidence]
    hit = np.bincount(confident, minlength=classes) >= minimum_samples
    shares = histogram[histogram > 0]
    return ModeCoverage(histogram, int(hit.sum()), float(np.sum(shares * np.log(shares)) + math.log(classes)))
