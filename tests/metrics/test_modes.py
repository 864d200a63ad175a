import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import entropy

from tfgen.metrics import mode_coverage

RNG = np.random.default_rng(0)


def one_hot(classes, n=4):
    return np.eye(n)[classes]


def test_evenly_spread():
    scores = mode_coverage(one_hot([0, 1, 2, 3] * 5))
    np.testing.assert_allclose(scores.histogram, 0.25)
    assert scores.modes == 4
    assert scores.kl_to_uniform == pytest.approx(0, abs=1e-15)


def test_collapsed():
    scores = mode_coverage(one_hot([2] * 7))
    np.testing.assert_array_equal(scores.histogram, [0, 0, 1, 0])
    assert scores.modes == 1
    assert scores.kl_to_uniform == pytest.approx(np.log(4))


def test_divergence_against_scipy():
    probabilities = RNG.dirichlet(np.geomspace(0.05, 1, 30), size=200)
    scores = mode_coverage(probabilities)
    counts = np.array([np.sum(probabilities.argmax(axis=1) == i) for i in range(30)])
    assert 0 in counts
    np.testing.assert_allclose(scores.histogram, counts / 200)
    assert scores.modes == (counts > 0).sum()
    assert scores.kl_to_uniform == pytest.approx(entropy(counts, np.ones(30)), rel=1e-12)


def test_what_counts_as_hit():
    probabilities = [[0.9, 0.1, 0.0]] * 3 + [[0.4, 0.6, 0.0]] * 2 + [[0.1, 0.2, 0.7]]
    assert mode_coverage(probabilities).modes == 3
    assert mode_coverage(probabilities, minimum_samples=2).modes == 2
    assert mode_coverage(probabilities, minimum_samples=4).modes == 0
    assert mode_coverage(probabilities, minimum_confidence=0.7).modes == 2
    assert mode_coverage(probabilities, minimum_samples=2, minimum_confidence=0.7).modes == 1
    strict, plain = mode_coverage(probabilities, minimum_confidence=0.7), mode_coverage(probabilities)
    np.testing.assert_array_equal(strict.histogram, plain.histogram)
    assert strict.kl_to_uniform == plain.kl_to_uniform


def test_what_a_network_gives():
    logits = RNG.normal(size=(50, 1000))
    for dtype in ("float32", "float16"):
        scores = mode_coverage(tf.nn.softmax(tf.constant(logits, dtype)))
        assert type(scores.modes) is int
        assert type(scores.kl_to_uniform) is float
    assert scores.modes == len(set(logits.astype("float16").argmax(axis=1)))


@pytest.mark.parametrize("probabilities", [np.ones((5, 1)), [[0.5, 0.4], [1, 0]], [[1.5, -0.5], [1, 0]], 5 * np.eye(3)])
def test_what_is_no_probability_is_refused(probabilities):
    with pytest.raises(ValueError, match="are not rows of at least 2 probabilities that sum to 1; apply a softmax"):
        mode_coverage(probabilities)


@pytest.mark.parametrize(
    "options", [{"minimum_samples": 0}, {"minimum_confidence": 1.1}, {"minimum_confidence": float("nan")}]
)
def test_arguments_out_of_range(options):
    with pytest.raises(ValueError, match="the first is at least 1, the second from 0 to 1"):
        mode_coverage(np.eye(3), **options)
    with pytest.raises(ValueError, match="class probabilities have values that are not finite"):
        mode_coverage([[np.nan, 1], [0, 1]])
