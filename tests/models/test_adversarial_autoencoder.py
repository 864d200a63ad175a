"""AdversarialAutoencoder keeps the contract; a step against NumPy; its codes follow the prior, a plain one's do not."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from adversarial_autoencoder_checks import (
    AdversarialAutoencoderContract,
    affine_networks,
    after_a_step,
    assert_weights,
    compiled_affinely,
)
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.metrics import squared_mmd
from tfgen.models import AdversarialAutoencoder
from tfgen.networks import mlp
from tfgen.priors import GaussianMixture, Uniform


def code_discriminator(judged_dim=3, hidden_dims=(6,)):
    return mlp.discriminator((1, 1, judged_dim), hidden_dims=hidden_dims)


class TestAdversarialAutoencoder(AdversarialAutoencoderContract):
    def make(self, **compile_arguments):
        model = AdversarialAutoencoder(encoder(), decoder(), code_discriminator(), prior=Uniform())
        model.compile(*self.optimizers(3), **compile_arguments)
        return model


def test_a_step_against_numpy():
    model = compiled_affinely(AdversarialAutoencoder(*affine_networks(2)))
    drawn = []
    draws = model.draws
    model.draws = lambda *arguments: drawn.append(draws(*arguments)) or drawn[-1]
    images = np.random.default_rng(0).normal(size=(6, 2, 2, 1)).astype("float32")
    before = AdversarialAutoencoder.from_config(model.get_config())
    before.set_weights(model.get_weights())
    logs = model.train_step(tf.constant(images))
    expected, expected_logs = after_a_step(before, images, np.float64(drawn[0]), np.empty((6, 0)))
    assert_weights(model, expected)
    assert set(logs) == set(expected_logs)
    for name, value in expected_logs.items():
        assert float(logs[name]) == pytest.approx(value, rel=1e-4, abs=1e-6), name


def test_samples_are_decoded_draws_of_the_prior():
    model = AdversarialAutoencoder(encoder(), decoder(), code_discriminator(), prior=Uniform())
    np.testing.assert_allclose(model.sample(4, seed=9), model.decode(Uniform().sample(4, 3, (9, 0))), atol=1e-6)


def test_codes_follow_the_prior_only_if_the_discriminator_asks_for_it():
    # Points in a square, which autoencoders may bend into many things.
    images = np.random.default_rng(0).uniform(-0.8, 0.8, (64 * 250, 1, 1, 2)).astype("float32")
    discrepancies = {}
    for rate in (0.0, 1e-3):
        keras.utils.set_random_seed(0)
        model = AdversarialAutoencoder(
            mlp.encoder((1, 1, 2), 2, hidden_dims=(32, 32)),
            mlp.decoder((1, 1, 2), 2, hidden_dims=(32, 32)),
            code_discriminator(2, (32, 32)),
        )
        model.compile(
            keras.optimizers.Adam(1e-3, use_ema=True, ema_momentum=0.99),
            keras.optimizers.Adam(rate, beta_1=0.5),
            keras.optimizers.Adam(1e-3, beta_1=0.5),
            steps_per_execution=10,
            jit_compile=False,
        )
        model.fit(images, batch_size=64, verbose=0)
        discrepancies[rate] = squared_mmd(model.encode(images[:1000]), model.latents(1000, (7, 7)))
    assert discrepancies[1e-3] < 0.1 * discrepancies[0.0]


def test_every_argument_comes_back():
    model = AdversarialAutoencoder(encoder(), decoder(), code_discriminator(), prior=Uniform(), seed=3, name="a")
    again = AdversarialAutoencoder.from_config(json.loads(json.dumps(model.get_config())))
    assert isinstance(again.prior, Uniform)
    assert (again.seed, again.name) == (3, "a")


def test_the_discriminator_s_network_is_for_codes():
    assert AdversarialAutoencoder.network_arguments(IMAGE_SHAPE, 3) == {
        "encoder": {"image_shape": IMAGE_SHAPE, "output_dim": 3},
        "decoder": {"image_shape": IMAGE_SHAPE, "latent_dim": 3},
        "discriminator": {"image_shape": (1, 1, 3)},
    }


@pytest.mark.parametrize(
    ("judged_dim", "arguments", "sentence"),
    [
        (4, {}, r"the discriminator takes inputs of shape \(1, 1, 4\); that of AdversarialAutoencoder .* \(1, 1, 3\)"),
        (3, {"prior": GaussianMixture()}, "latent_dim is 3; a GaussianMixture lies in the plane, make it 2"),
    ],
    ids=["discriminator", "prior"],
)
def test_arguments_are_checked(judged_dim, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        AdversarialAutoencoder(encoder(), decoder(), code_discriminator(judged_dim), **arguments)


def test_codes_are_as_long_as_the_decoder_takes_them():
    with pytest.raises(ValueError, match=r"^the encoder gives codes of length 2 and the decoder takes 3; the two have"):
        AdversarialAutoencoder(mlp.encoder(IMAGE_SHAPE, 2), decoder(), code_discriminator())
