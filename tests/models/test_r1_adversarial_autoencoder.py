"""R1AdversarialAutoencoder keeps the contract; its penalty is half the squared slope at draws; codes come to rest."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from adversarial_autoencoder_checks import (
    RATES,
    AdversarialAutoencoderContract,
    affine_networks,
    compiled_affinely,
)
from dtype_policies import dtype_policy
from tiny_networks import decoder, encoder

from tfgen.models import AdversarialAutoencoder, R1AdversarialAutoencoder
from tfgen.networks import mlp


class TestR1AdversarialAutoencoder(AdversarialAutoencoderContract):
    log_names = (*AdversarialAutoencoderContract.log_names, "discriminator_penalty")

    def make(self, **compile_arguments):
        networks = encoder(), decoder(), mlp.discriminator((1, 1, 3), hidden_dims=(6,))
        model = R1AdversarialAutoencoder(*networks, penalty_weight=2.0)
        model.compile(*self.optimizers(3), **compile_arguments)
        return model


def test_penalty_of_a_linear_discriminator():
    """Of D(v) = v w + b it is gamma |w|^2 / 2, whose gradient is gamma w."""
    images, weights = np.random.default_rng(0).normal(size=(6, 2, 2, 1)).astype("float32"), []
    for gamma in (3.0, 0.0):
        model = compiled_affinely(R1AdversarialAutoencoder(*affine_networks(2), penalty_weight=gamma, seed=0))
        before = model.discriminator.get_weights()[0]
        logs = model.train_step(tf.constant(images))
        assert float(logs["discriminator_penalty"]) == pytest.approx(gamma * np.sum(before**2) / 2, rel=1e-5)
        weights.append(model.discriminator.get_weights()[0])
    np.testing.assert_allclose(weights[0] - weights[1], -RATES["discriminator"] * 3.0 * before, rtol=1e-4)


def test_the_slope_is_asked_at_draws_of_the_prior():
    model, asked = R1AdversarialAutoencoder(*affine_networks(2)), []
    discriminate = model.discriminate
    model.discriminate = lambda points, *others: asked.append(points) or discriminate(points, *others)
    draws, codes = tf.zeros((4, 2)), tf.ones((4, 2))
    model.discriminator_objective(draws, codes, None, training=True)
    *_, last = asked
    np.testing.assert_array_equal(last, draws)


def test_codes_come_to_rest_on_the_prior():
    """Mescheder's example (section 2): E(x) = theta and D(v) = psi v against draws at 0; without R1 they circle."""
    farthest = {}
    for model_class in (AdversarialAutoencoder, R1AdversarialAutoencoder):
        model = model_class(*affine_networks(2))
        model.encoder.set_weights([np.zeros((4, 2)), np.full(2, 0.5)])
        model.discriminator.set_weights([np.full((2, 1), 0.5), np.zeros(1)])
        model.compile(*(keras.optimizers.SGD(rate) for rate in (0.0, 0.1, 0.1)))
        model.draws = lambda n, seed, labels=None: tf.zeros((2, 2))
        step, distances = tf.function(model.train_step), []
        for _ in range(200):
            step(tf.zeros((2, 2, 2, 1)))
            distances.append(np.linalg.norm(model.encoder.get_weights()[1]))
        farthest[model_class] = max(distances[-50:])
    assert farthest[AdversarialAutoencoder] > 0.5
    assert farthest[R1AdversarialAutoencoder] < 0.05


def test_the_penalty_is_float32_of_codes_in_bfloat16():
    with dtype_policy("mixed_bfloat16"):
        model = R1AdversarialAutoencoder(*affine_networks(2))
    draws = model.draws(4, (0, 0))
    _, logs = model.discriminator_objective(draws, model.encode(tf.zeros((4, 2, 2, 1))), None, training=True)
    assert logs["discriminator_penalty"].dtype == tf.float32


def test_the_constant_comes_back_and_is_checked():
    networks = affine_networks(2)
    model = R1AdversarialAutoencoder(*networks, penalty_weight=3.0)
    assert R1AdversarialAutoencoder.from_config(model.get_config()).penalty_weight == 3.0
    with pytest.raises(ValueError, match="penalty_weight is -1; it is a finite number, 0 or more"):
        R1AdversarialAutoencoder(*networks, penalty_weight=-1)
