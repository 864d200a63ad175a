"""Who trains is who loses."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import affine_gan, batch, weights
from technique_contract import TechniqueContract, without

from tfgen.models import R1GAN
from tfgen.techniques import AdaptiveSchedule

ALWAYS, NEVER = -1e9, 1e9


class TestAdaptiveSchedule(TechniqueContract):
    def techniques(self):
        return [AdaptiveSchedule(1.6, 0.8)]


@pytest.mark.parametrize(("discriminator", "generator"), [(ALWAYS, NEVER), (NEVER, ALWAYS), (NEVER, NEVER)])
def test_a_player_whose_loss_is_low_rests(discriminator, generator):
    model = affine_gan(techniques=[AdaptiveSchedule(discriminator, generator)])
    before = weights(model)
    logs = model.train_step(tf.constant(batch()))
    changed = [not np.array_equal(was, now) for was, now in zip(before, weights(model), strict=True)]
    assert changed == [generator == ALWAYS] * 2 + [discriminator == ALWAYS] * 2
    assert float(logs["discriminator_updated"]) == (discriminator == ALWAYS)
    assert float(logs["generator_updated"]) == (generator == ALWAYS)


def test_thresholds_that_are_never_reached_change_nothing():
    techniques = [AdaptiveSchedule(ALWAYS, ALWAYS)]
    model, plain = affine_gan(techniques=techniques), without(techniques)
    for each in (model, plain):
        each.fit(batch(12), batch_size=4, shuffle=False, verbose=0)
    for value, expected in zip(weights(model), weights(plain), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-6)


def test_each_step_decides_by_its_own_loss_and_the_share_is_logged():
    threshold = 1.6
    model = affine_gan(techniques=[AdaptiveSchedule(threshold, NEVER)])
    trained = []
    for step in range(12):
        before = weights(model)
        logs = model.discriminator_step(tf.constant(batch(4, seed=step)))
        trained.append(not np.array_equal(before[2], weights(model)[2]))
        assert trained[-1] == (float(logs["discriminator_loss"]) > threshold)
        model.generator_step(tf.constant(batch(4, seed=step)))
    assert 0 < np.mean(trained) < 1
    model = affine_gan(techniques=[AdaptiveSchedule(threshold, NEVER)])
    images = np.concatenate([batch(4, seed=step) for step in range(12)])
    history = model.fit(images, batch_size=4, shuffle=False, verbose=0).history
    assert history["discriminator_updated"] == [pytest.approx(np.mean(trained), abs=1e-6)]
    assert history["generator_updated"] == [0]


def test_adam_starts_afresh_after_a_rest_and_the_model_counts_on():
    model = affine_gan(techniques=[schedule := AdaptiveSchedule(NEVER, NEVER)])
    model.compile(*(keras.optimizers.Adam(0.1, beta_1=0.5) for _ in range(2)), jit_compile=False)
    model.fit(batch(40), batch_size=4, verbose=0)
    assert model.trained_steps == 10
    schedule.thresholds = dict.fromkeys(schedule.thresholds, ALWAYS)
    before = weights(model)
    model.train_step(tf.constant(batch()))
    # Adam's first step is the learning rate, whatever the gradient; with a count that had run on it would be 0.3.
    for was, now in zip(before, weights(model), strict=True):
        np.testing.assert_allclose(np.abs(now - was), 0.1, rtol=1e-3)
    assert model.trained_steps == 11


def test_a_penalty_wakes_nobody():
    model = affine_gan(R1GAN, discriminator_steps=1, penalty_weight=1e6, techniques=[AdaptiveSchedule(5.0, NEVER)])
    logs = model.train_step(tf.constant(batch()))
    assert float(logs["discriminator_penalty"]) > 5.0 > float(logs["discriminator_loss"])
    assert float(logs["discriminator_updated"]) == 0


def test_two_schedules_count_a_rest_once():
    model = affine_gan(techniques=[AdaptiveSchedule(ALWAYS, NEVER), AdaptiveSchedule(ALWAYS, ALWAYS)])
    model.fit(batch(40), batch_size=4, verbose=0)
    assert model.trained_steps == 10


def test_a_loss_that_is_not_a_number_is_not_put_to_rest():
    model = affine_gan(techniques=[AdaptiveSchedule(NEVER, NEVER)])
    model.train_step(tf.constant(np.full_like(batch(), np.nan)))
    assert np.isnan(weights(model)[2]).any()


def test_a_technique_of_another_model_is_refused():
    technique = AdaptiveSchedule(NEVER, NEVER)
    affine_gan(techniques=[technique])
    with pytest.raises(ValueError, match="AdaptiveSchedule belongs to another model"):
        affine_gan(techniques=[technique])


@pytest.mark.parametrize(("arguments", "player"), [((np.nan, 1.0), "discriminator"), ((1.0, np.inf), "generator")])
def test_a_wrong_threshold_is_one_sentence(arguments, player):
    with pytest.raises(ValueError, match=rf"^{player}_threshold is (nan|inf); it is a finite number$"):
        AdaptiveSchedule(*arguments)
