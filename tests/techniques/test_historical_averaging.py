"""Historical averaging against its formula."""

import numpy as np
import pytest
import tensorflow as tf
from affine import RATE, affine_gan, batch, weights
from technique_contract import TechniqueContract, without

from tfgen.techniques import HistoricalAveraging

PARTS = {"generator": slice(0, 2), "discriminator": slice(2, 4)}


class TestHistoricalAveraging(TechniqueContract):
    def techniques(self):
        return [HistoricalAveraging(0.7)]


def test_the_first_update_has_no_past():
    techniques = [HistoricalAveraging(0.7)]
    model, plain = affine_gan(techniques=techniques), without(techniques)
    for each in (model, plain):
        each.train_step(tf.constant(batch()))
    for value, expected in zip(weights(model), weights(plain), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-6)


def test_each_player_is_drawn_to_the_mean_of_its_past():
    model = affine_gan(techniques=[HistoricalAveraging(0.7)])
    plain = without(model.techniques)
    past = {player: [] for player in PARTS}
    for step in range(5):
        for player, part in PARTS.items():
            images = tf.constant(batch(seed=step))
            before = weights(model)
            # The same step of the same networks, without the penalty.
            for variable, value in zip(
                (*plain.generator.variables, *plain.discriminator.variables), before, strict=True
            ):
                variable.assign(value)
            plain.seed_generator.state.assign(model.seed_generator.state)
            for each in (plain, model):
                getattr(each, f"{player}_step")(images)
            for index, (now, unpenalised) in enumerate(zip(weights(model)[part], weights(plain)[part], strict=True)):
                mean = np.mean([each[index] for each in past[player]], axis=0) if past[player] else before[part][index]
                expected = -RATE * 2 * 0.7 * (before[part][index] - mean)
                np.testing.assert_allclose(now - unpenalised, expected, rtol=1e-3, atol=1e-6)
                if step > 1:
                    assert np.abs(expected).max() > 1e-4
            past[player].append(weights(model)[part])


def test_the_penalty_is_the_squared_distance():
    model = affine_gan(techniques=[HistoricalAveraging(0.7)])
    technique = model.techniques[0]
    variables = model.discriminator.trainable_variables
    past = []
    for step in range(3):
        model.discriminator_step(tf.constant(batch(seed=step)))
        past.append([variable.numpy().astype("float64") for variable in variables])
    now = [variable.numpy().astype("float64") for variable in variables]
    expected = sum(np.sum((value - np.mean(values, axis=0)) ** 2) for value, *values in zip(now, *past, strict=True))
    assert float(technique.weight_penalty("discriminator", variables)) == pytest.approx(0.7 * expected, rel=1e-4)
    assert float(technique.weight_penalty("generator", model.generator.trainable_variables)) == 0


@pytest.mark.parametrize("weight", [0, -1.0, float("inf")])
def test_a_wrong_weight_is_one_sentence(weight):
    with pytest.raises(ValueError, match=rf"^weight is {weight}; historical averaging has a positive one$"):
        HistoricalAveraging(weight)
