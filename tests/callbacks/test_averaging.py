"""Averaged weights, against an average in NumPy."""

import keras
import numpy as np
import pytest
from dtype_policies import dtype_policy

from tfgen.callbacks.averaging import averaged_weights
from tfgen.models import GAN
from tfgen.networks import mlp


def test_block_holds_the_moving_average_and_then_the_last_weights_again(make_gan, images):
    model = make_gan(generator_optimizer=keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.8))
    averages = [np.zeros_like(value) for value in model.generator.get_weights()]
    for step in range(4):
        model.train_on_batch(images)
        # Keras' average begins with the first step's weights.
        decay = 0.8 if step else 0.0
        averages = [decay * a + (1 - decay) * w for a, w in zip(averages, model.generator.get_weights(), strict=True)]
    last, critic = model.generator.get_weights(), model.discriminator.get_weights()
    with averaged_weights(model):
        for value, average, now in zip(model.generator.get_weights(), averages, last, strict=True):
            np.testing.assert_allclose(value, average, rtol=1e-5, atol=1e-7)
            assert not np.array_equal(value, now)
        for value, now in zip(model.discriminator.get_weights(), critic, strict=True):
            np.testing.assert_array_equal(value, now)
    for value, now in zip(model.generator.get_weights(), last, strict=True):
        np.testing.assert_array_equal(value, now)


def test_an_error_in_the_block_restores_the_weights_too(make_autoencoder, images):
    model = make_autoencoder(keras.optimizers.SGD(0.5, use_ema=True))
    for _ in range(2):
        model.train_on_batch(images)
    last = model.get_weights()
    with pytest.raises(KeyboardInterrupt), averaged_weights(model):
        raise KeyboardInterrupt
    for value, now in zip(model.get_weights(), last, strict=True):
        np.testing.assert_array_equal(value, now)


def test_without_an_average_nothing_changes(make_autoencoder):
    model = make_autoencoder()
    before = model.get_weights()
    with averaged_weights(model):
        for value, now in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(value, now)


def test_an_optimizer_that_scales_losses_averages_too(make_autoencoder, images):
    with dtype_policy("mixed_float16"):
        model = make_autoencoder(keras.optimizers.SGD(0.01, use_ema=True, ema_momentum=0.9))
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    for _ in range(6):
        model.train_on_batch(images)
    last = model.get_weights()
    averages = [each.numpy() for each in model.optimizer.inner_optimizer._model_variables_moving_average]
    assert any(not np.array_equal(each, now) for each, now in zip(averages, last, strict=False))
    with averaged_weights(model):
        for variable, average in zip(model.trainable_variables, averages, strict=True):
            np.testing.assert_array_equal(variable, average)
    for value, now in zip(model.get_weights(), last, strict=True):
        np.testing.assert_array_equal(value, now)


def test_batch_normalisation_has_the_statistics_of_what_the_averaged_weights_draw(images):
    keras.utils.set_random_seed(0)
    project, normalization = keras.layers.Dense(6, use_bias=False), keras.layers.BatchNormalization(momentum=0.9)
    within = keras.Sequential([keras.Input((3,)), project, normalization])
    ends = [keras.layers.Dense(16, activation="tanh"), keras.layers.Reshape((4, 4, 1))]
    generator = keras.Sequential([keras.Input((3,)), within, *ends])
    model = GAN(generator, mlp.discriminator((4, 4, 1), hidden_dims=(5,)), seed=0)
    # So fast that the averages are far from the last weights.
    model.compile(keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.9), keras.optimizers.SGD(0.1))
    for _ in range(5):
        model.train_on_batch(images)
    before = [variable.numpy() for variable in model.generator.variables]
    of_last_weights = normalization.moving_variance.numpy()
    with averaged_weights(model):
        drawn = [model.draw(64, seed=batch) @ project.kernel.numpy() for batch in range(50)]
        np.testing.assert_allclose(
            normalization.moving_mean, np.mean([each.mean(axis=0) for each in drawn], axis=0), rtol=1e-4, atol=1e-7
        )
        np.testing.assert_allclose(
            normalization.moving_variance, np.mean([each.var(axis=0) for each in drawn], axis=0), rtol=1e-4
        )
        assert not np.allclose(normalization.moving_variance, of_last_weights, rtol=0.02)
    assert normalization.momentum == 0.9
    for variable, value in zip(model.generator.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)
