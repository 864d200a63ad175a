import keras
import numpy as np
import pytest
import tensorflow as tf
from replicas import two_replicas

from tfgen.metrics.frechet import Moments, frechet_distance, moments
from tfgen.metrics.inception import inception_score
from tfgen.metrics.streaming import FrechetDistance, InceptionScore

RNG = np.random.default_rng(0)
MIX = RNG.normal(size=(12, 12))
REFERENCE = moments(RNG.normal(size=(200, 12)) @ MIX + 7)
GENERATED = RNG.normal(0.1, 1.3, size=(60, 12)) @ MIX + 7
PROBABILITIES = RNG.dirichlet(np.full(5, 0.2), size=60)
PROBABILITIES[:3] = np.eye(5)[:3]


def frechet():
    return FrechetDistance(REFERENCE), GENERATED, frechet_distance(REFERENCE, moments(GENERATED))


def inception():
    return InceptionScore(5), PROBABILITIES, inception_score(PROBABILITIES, splits=1).value


SCORES = pytest.mark.parametrize("score", [frechet, inception])


@SCORES
@pytest.mark.parametrize("size", [1, 7, 60])
def test_batches_of_any_size_give_the_score_of_all(score, size):
    metric, rows, expected = score()
    for start in range(0, 60, size):
        metric.update_state(rows[start : start + size])
    assert keras.backend.standardize_dtype(metric.result().dtype) == "float64"
    assert float(metric.result()) == pytest.approx(expected, rel=1e-11)


@SCORES
@pytest.mark.parametrize("jit_compile", [False, True])
def test_in_a_graph(score, jit_compile):
    metric, rows, expected = score()

    @tf.function(input_signature=[tf.TensorSpec((None, rows.shape[1]), "float64")], jit_compile=jit_compile)
    def step(batch):
        metric.update_state(batch)
        return metric.result()

    found = [step(tf.constant(batch)) for batch in np.split(rows, 3)]
    assert float(found[-1]) == pytest.approx(expected, rel=1e-10)
    assert float(found[0]) != pytest.approx(expected, rel=1e-3)


@SCORES
def test_float32_batches_are_added_up_in_float64(score):
    metric, rows, expected = score()
    for batch in np.split(rows.astype("float32"), 6):
        metric.update_state(tf.constant(batch))
    assert float(metric.result()) == pytest.approx(expected, rel=1e-5)
    assert {variable.dtype for variable in metric.variables} == {"float64"}


@SCORES
def test_reset(score):
    metric, rows, expected = score()
    metric.update_state(rows[::-1][:7])
    metric.reset_state()
    assert np.isnan(metric.result())
    metric.update_state(rows)
    assert float(metric.result()) == pytest.approx(expected, rel=1e-11)


@SCORES
def test_replicas_add_up(score):
    _, rows, expected = score()
    strategy = two_replicas()
    with strategy.scope():
        metric = score()[0]
    data = strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices(rows).batch(20))
    run = tf.function(lambda batch: strategy.run(metric.update_state, args=(batch,)))
    for batch in data:
        run(batch)
    assert float(metric.result()) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("n", [2, 3, 12, 13])
def test_few_features_leave_no_rounding_in_the_distance(n):
    metric = FrechetDistance(REFERENCE)
    metric.update_state(GENERATED[:n])
    assert float(metric.result()) == pytest.approx(frechet_distance(REFERENCE, moments(GENERATED[:n])), rel=1e-11)


def test_a_reference_of_low_rank():
    reference = moments(REFERENCE.mean + RNG.normal(size=(5, 12)))
    metric = FrechetDistance(reference)
    metric.update_state(GENERATED)
    assert float(metric.result()) == pytest.approx(frechet_distance(reference, moments(GENERATED)), rel=1e-11)
    metric = FrechetDistance(Moments(9, np.zeros(12), np.zeros((12, 12))))
    metric.update_state(GENERATED)
    found = moments(GENERATED)
    assert float(metric.result()) == pytest.approx(np.square(found.mean).sum() + np.trace(found.covariance), rel=1e-12)


def test_the_reference_itself_is_not_apart():
    features = RNG.normal(size=(50, 12)) @ MIX
    metric = FrechetDistance(moments(features))
    metric.update_state(features)
    assert 0 <= float(metric.result()) < 1e-12 * np.trace(np.cov(features, rowvar=False))


def test_a_mean_large_against_the_deviations_loses_nothing():
    features = RNG.integers(-8, 9, size=(300, 12)) / 8.0
    near, far = moments(features[:200]), moments(features[:200] + 2.0**24)
    metric = FrechetDistance(far)
    for batch in np.split(features[200:], 10):
        metric.update_state(batch + 2.0**24)
    assert float(metric.result()) == pytest.approx(frechet_distance(near, moments(features[200:])), rel=1e-6)


def test_one_feature_has_no_distance():
    metric = FrechetDistance(REFERENCE)
    metric.update_state(GENERATED[:1])
    assert np.isnan(metric.result())


def test_wrong_widths_are_refused():
    for features in (np.zeros((4, 11)), np.zeros(12)):
        with pytest.raises(ValueError, match=r"features have shape .*; the reference's are 12 wide: \(n, 12\)"):
            FrechetDistance(REFERENCE).update_state(features)
    for probabilities in (np.ones((4, 1)), np.ones(5)):
        with pytest.raises(ValueError, match=r"probabilities have shape .*; give \(n, 5\)"):
            InceptionScore(5).update_state(probabilities)


def test_a_model_evaluates_with_them():
    class Evaluated(keras.Model):
        def __init__(self):
            super().__init__()
            self.frechet, self.inception = FrechetDistance(REFERENCE), InceptionScore(5)

        def test_step(self, data):
            features, probabilities = data
            self.frechet.update_state(features)
            self.inception.update_state(probabilities)
            return {metric.name: metric.result() for metric in self.metrics}

    model = Evaluated()
    model.compile()
    data = tf.data.Dataset.from_tensor_slices((GENERATED, PROBABILITIES)).batch(16)
    for _ in range(2):
        found = model.evaluate(data, return_dict=True, verbose=0)
        assert found["frechet_distance"] == pytest.approx(frechet()[2], rel=1e-10)
        assert found["inception_score"] == pytest.approx(inception()[2], rel=1e-10)


def test_configuration():
    metric = InceptionScore.from_config(InceptionScore(5, name="score").get_config())
    assert (metric.classes, metric.name) == (5, "score")


def test_a_reference_is_too_large_for_a_configuration():
    with pytest.raises(NotImplementedError, match="keep the Moments, and make it anew"):
        FrechetDistance.from_config(FrechetDistance(REFERENCE).get_config())
