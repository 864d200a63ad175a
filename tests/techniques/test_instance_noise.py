"""Instance noise."""

import numpy as np
import pytest
import tensorflow as tf
from affine import affine_gan, batch
from scipy import stats
from technique_contract import TechniqueContract

from tfgen.techniques import InstanceNoise


class TestInstanceNoise(TechniqueContract):
    def techniques(self):
        return [InstanceNoise(0.5, 6)]


def test_the_noise_falls_linearly_to_nothing():
    technique = affine_gan(techniques=[InstanceNoise(0.4, 4)]).techniques[0]
    images = np.random.default_rng(0).uniform(-1, 1, (500, 2, 2, 1)).astype("float32")
    for step, stddev in enumerate((0.4, 0.3, 0.2, 0.1, 0, 0)):
        technique.step.assign(step)
        noise = technique.shown(tf.constant(images), (1, step)).numpy() - images
        if stddev:
            assert stats.kstest(noise.ravel() / stddev, "norm").pvalue > 0.01
        else:
            np.testing.assert_array_equal(noise, 0)


def test_steps_are_those_of_the_generator():
    model = affine_gan(techniques=[InstanceNoise(0.4, 100)], discriminator_steps=3)
    model.fit(batch(12), batch_size=6, epochs=2, verbose=0)
    assert int(model.techniques[0].step) == int(model.generator_optimizer.iterations) == 4


def test_real_and_generated_images_get_noise_of_their_own_in_training_only():
    model = affine_gan(techniques=[InstanceNoise(0.4, 4)])
    images = tf.zeros((3, 2, 2, 1))
    first, second = model.shown(images, True), model.shown(images, True)
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(model.shown(images, False), images)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((0, 5), "stddev is 0; the noise has a positive standard deviation"),
        ((float("nan"), 5), "stddev is nan; the noise has a positive standard deviation"),
        ((0.1, 0), "steps is 0; the noise is gone after a whole number of steps, 1 or more"),
        ((0.1, 1.5), "steps is 1.5; the noise is gone after a whole number of steps, 1 or more"),
    ],
)
def test_wrong_constants_are_one_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        InstanceNoise(*arguments)
