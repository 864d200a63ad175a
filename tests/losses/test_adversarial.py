import numpy as np
import pytest
import tensorflow as tf
from scipy.special import expit

from tfgen.losses.adversarial import (
    minimax_discriminator_loss,
    minimax_generator_loss,
    non_saturating_generator_loss,
)

RNG = np.random.default_rng(0)
REAL = RNG.normal(1, 2, (50, 1))
FAKE = RNG.normal(-1, 2, (40, 1))


def test_values_from_the_probabilities():
    real, fake = expit(REAL), expit(FAKE)
    expected = -np.log(real).mean() - np.log(1 - fake).mean()
    assert float(minimax_discriminator_loss(REAL, FAKE)) == pytest.approx(expected, rel=1e-5)
    assert float(minimax_generator_loss(FAKE)) == pytest.approx(np.log(1 - fake).mean(), rel=1e-5)
    assert float(non_saturating_generator_loss(FAKE)) == pytest.approx(-np.log(fake).mean(), rel=1e-5)


def test_a_discriminator_that_cannot_tell_costs_log_4():
    zeros = np.zeros((8, 1))
    assert float(minimax_discriminator_loss(zeros, zeros)) == pytest.approx(np.log(4))


@pytest.mark.parametrize("target", [0.9, 0.5, 0.0])
def test_one_sided_label_smoothing_is_the_cross_entropy_with_the_target(target):
    real, fake = expit(REAL), expit(FAKE)
    cross_entropy = -(target * np.log(real) + (1 - target) * np.log(1 - real)).mean()
    expected = cross_entropy - np.log(1 - fake).mean()
    assert float(minimax_discriminator_loss(REAL, FAKE, real_target=target)) == pytest.approx(expected, rel=1e-5)


def test_a_smoothed_target_is_where_the_loss_is_least():
    """With the target 0.9, the best probability for a real image is 0.9 (Salimans et al. 2016, section 3.4)."""
    logits = np.linspace(-6, 6, 1201)
    losses = [float(minimax_discriminator_loss(logit, 0.0, real_target=0.9)) for logit in logits]
    assert expit(logits[np.argmin(losses)]) == pytest.approx(0.9, abs=0.002)


def test_only_the_minimax_gradient_vanishes_where_the_discriminator_is_sure():
    logits = tf.constant([[-20.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        minimax, non_saturating = minimax_generator_loss(logits), non_saturating_generator_loss(logits)
    # Closed forms: -sigmoid(l) and -sigmoid(-l).
    assert tape.gradient(minimax, logits).numpy().item() == pytest.approx(-expit(-20), rel=1e-3)
    assert tape.gradient(non_saturating, logits).numpy().item() == pytest.approx(-1.0)


@pytest.mark.parametrize("logit", [1e4, -1e4])
def test_extreme_logits_stay_finite(logit):
    logits = tf.constant([[logit]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        losses = [
            minimax_discriminator_loss(logits, logits, real_target=0.9),
            minimax_generator_loss(logits),
            non_saturating_generator_loss(logits),
        ]
    for loss in losses:
        assert np.isfinite(loss)
        assert np.all(np.isfinite(tape.gradient(loss, logits)))
    assert float(losses[2]) == pytest.approx(max(-logit, 0))


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_logits_are_computed_in_float32(dtype):
    fake = tf.cast(FAKE, dtype)
    real = tf.cast(REAL, dtype)
    exact_fake, exact_real = tf.cast(fake, "float64").numpy(), tf.cast(real, "float64").numpy()
    expected = np.logaddexp(0, -exact_real).mean() + np.logaddexp(0, exact_fake).mean()
    loss = minimax_discriminator_loss(real, fake)
    assert loss.dtype == "float32"
    assert float(loss) == pytest.approx(expected, rel=1e-6)
    for generator_loss in (minimax_generator_loss(fake), non_saturating_generator_loss(fake)):
        assert generator_loss.dtype == "float32"
    assert float(minimax_generator_loss(fake)) == pytest.approx(-np.logaddexp(0, exact_fake).mean(), rel=1e-6)
