"""What every gradient penalty has to do, against the slope of a linear critic."""

import numpy as np
import pytest
import tensorflow as tf
from affine import RATE, affine_gan, batch, weights
from dtype_policies import dtype_policy


def norm_of_critic(model):
    return np.linalg.norm(weights(model)[2])


def penalty(model, images=None, fakes=None, **how):
    images = batch() if images is None else images
    fakes = batch(seed=1) if fakes is None else fakes
    function = tf.function(lambda x, y: model.discriminator_penalty(x, y), **how)
    return float(function(tf.constant(images), tf.constant(fakes)))


def check_penalty_of_a_linear_critic(model_class, value, slope):
    """`value` and `slope` are the penalty, of weight 1, and its derivative as functions of the critic's norm |w|."""
    for how in ({}, {"jit_compile": True}):
        model = affine_gan(model_class, discriminator_steps=1, penalty_weight=3.0)
        norm = norm_of_critic(model)
        assert penalty(model, **how) == pytest.approx(3 * value(norm), rel=1e-5)
    # The update with the penalty, less the update without.
    steps = []
    for weight in (3.0, 0.0):
        model = affine_gan(model_class, discriminator_steps=1, penalty_weight=weight)
        before = weights(model)
        logs = model.discriminator_step(tf.constant(batch()))
        assert float(logs["discriminator_penalty"]) == pytest.approx(weight * value(norm), rel=1e-5)
        steps.append(weights(model)[2] - before[2])
    expected = -RATE * 3.0 * slope(norm) * before[2] / norm
    np.testing.assert_allclose(steps[0] - steps[1], expected, rtol=1e-3, atol=1e-6)


def check_penalty_where_the_slope_is_zero(model_class):
    model = affine_gan(model_class, discriminator_steps=1)
    model.discriminator.set_weights([np.zeros((4, 1)), np.zeros(1)])
    model.discriminator_step(tf.constant(batch()))
    assert np.isfinite(weights(model)[2]).all()


def check_penalty_is_float32_under_mixed_precision(model_class):
    """bfloat16 has 8 bits: a norm summed in it would be off by more than 1e-3."""
    with dtype_policy("mixed_bfloat16"):
        model = affine_gan(model_class, discriminator_steps=1, penalty_weight=1.0)
    value = model.discriminator_penalty(tf.constant(batch()), tf.constant(batch(seed=1)))
    assert value.dtype == tf.float32
    plain = affine_gan(model_class, discriminator_steps=1, penalty_weight=1.0)
    w = tf.cast(tf.constant(weights(plain)[2]), tf.bfloat16)  # as the critic computes with it
    plain.discriminator.set_weights([tf.cast(w, tf.float32).numpy(), weights(plain)[3]])
    assert float(value) == pytest.approx(penalty(plain), rel=1e-5)


def points_asked(model, images, fakes):
    """The points at which the penalty asks the critic."""
    asked = []
    discriminate = model.discriminate

    def recording(points, labels=None, training=True):
        asked.append(points)
        return discriminate(points, labels, training)

    model.discriminate = recording
    model.discriminator_penalty(tf.constant(images), tf.constant(fakes))
    (points,) = asked
    return points.numpy()
