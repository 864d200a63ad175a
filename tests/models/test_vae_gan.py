"""VAEGAN keeps the contract; each player's losses and updates against NumPy on affine networks."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from several_optimizers_checks import SeveralOptimizersContract
from tiny_networks import IMAGE_SHAPE, decoder, discriminator, encoder

from tfgen import backend
from tfgen.models import VAEGAN
from tfgen.networks import mlp

SHAPE, LATENT_DIM, FEATURES = (2, 2, 1), 2, 3
RATES = {"encoder": 0.01, "decoder": 0.02, "discriminator": 0.03}
PLAYERS = tuple(RATES)


class TestVAEGAN(SeveralOptimizersContract):
    log_names = (
        "kl_loss",
        "reconstruction_loss",
        "generator_loss",
        "discriminator_loss",
        "real_score",
        "reconstruction_score",
        "fake_score",
        "encoder_gradient_norm",
        "decoder_gradient_norm",
        "discriminator_gradient_norm",
    )

    def make(self, **compile_arguments):
        model = VAEGAN(
            mlp.encoder(IMAGE_SHAPE, 2 * 3, hidden_dims=(6,)), decoder(), discriminator(), similarity_weight=0.1, seed=2
        )
        model.compile(*self.optimizers(3), **compile_arguments)
        return model

    def test_the_weight_comes_back(self, trained):
        assert VAEGAN.from_config(trained.get_config()).similarity_weight == 0.1


def affine(**arguments):
    """E(x) = x a + e, G(z) = z g + h, and D with the features x w + b and the logit of these."""
    keras.utils.set_random_seed(0)
    images, codes, judged = keras.Input(SHAPE), keras.Input((LATENT_DIM,)), keras.Input(SHAPE)
    dense = lambda units, **names: layers.Dense(units, bias_initializer="normal", **names)  # noqa: E731
    networks = (
        keras.Model(images, dense(2 * LATENT_DIM)(layers.Flatten()(images))),
        keras.Model(codes, layers.Reshape(SHAPE)(dense(4)(codes))),
        keras.Model(judged, dense(1, name="logits")(dense(FEATURES)(layers.Flatten()(judged)))),
    )
    model = VAEGAN(*networks, **arguments)
    model.compile(*(keras.optimizers.SGD(rate) for rate in RATES.values()), jit_compile=False)
    return model


def weights(model):
    return {
        role: [each.astype("float64") for each in getattr(model, role).get_weights()]
        for role in ("encoder", "decoder", "discriminator")
    }


def batch(count=6):
    return np.random.default_rng(0).normal(size=(count, *SHAPE)).astype("float32")


class Reference:
    """The three objectives of the paper in NumPy, as functions of all weights."""

    def __init__(self, model, images, posterior_noise, latents):
        self.gamma = model.similarity_weight
        self.images = images.reshape(len(images), -1).astype("float64")
        self.posterior_noise, self.latents = posterior_noise, latents

    def values(self, networks):
        (a, e), (g, h), (w, b, v, c) = (networks[player] for player in PLAYERS)
        mean, log_variance = np.split(self.images @ a + e, 2, axis=1)
        codes = mean + np.exp(log_variance / 2) * self.posterior_noise
        reconstructions, samples = codes @ g + h, self.latents @ g + h
        kl = 0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1).sum(1)
        error = 0.5 * (((self.images - reconstructions) @ w) ** 2 + np.log(2 * np.pi)).sum(1)
        real, reconstructed, sampled = ((x @ w + b) @ v + c for x in (self.images, reconstructions, samples))
        minus_log, minus_log_not = (lambda x: np.logaddexp(0, -x).mean()), (lambda x: np.logaddexp(0, x).mean())
        generator_loss = minus_log(reconstructed) + minus_log(sampled)
        return {
            "encoder": (kl + error).mean(),
            "decoder": self.gamma * error.mean() + generator_loss,
            "discriminator": minus_log(real) + minus_log_not(reconstructed) + minus_log_not(sampled),
            "kl_loss": kl.mean(),
            "reconstruction_loss": error.mean(),
            "generator_loss": generator_loss,
            "real_score": real.mean(),
            "reconstruction_score": reconstructed.mean(),
            "fake_score": sampled.mean(),
        }

    def stepped(self, networks, player, h=1e-5):
        """The networks after one update of a player by gradients that are central differences."""
        updated = [each.copy() for each in networks[player]]
        for index, array in enumerate(networks[player]):
            for place in np.ndindex(array.shape):
                ends = []
                for sign in (1, -1):
                    moved = [each.copy() for each in networks[player]]
                    moved[index][place] += sign * h
                    ends.append(self.values({**networks, player: moved})[player])
                updated[index][place] -= RATES[player] * (ends[0] - ends[1]) / (2 * h)
        return {**networks, player: updated}


def test_a_step_is_algorithm_1():
    model = affine(similarity_weight=0.3, seed=5)
    noise = affine(seed=5)
    drawn = [np.asarray(backend.normal((6, LATENT_DIM), noise.noise_seed()), "float64") for _ in range(2)]
    reference = Reference(model, batch(), *drawn)
    expected, logged = weights(model), {}
    # Each player's losses are logged as they are before its own update.
    for player, names in (
        ("encoder", ("kl_loss", "reconstruction_loss")),
        ("decoder", ("generator_loss",)),
        ("discriminator", ("real_score", "reconstruction_score", "fake_score")),
    ):
        values = reference.values(expected)
        logged |= {name: values[name] for name in names}
        if player == "discriminator":
            logged["discriminator_loss"] = values[player]
        before, expected = expected, reference.stepped(expected, player)
        changes = [now - was for now, was in zip(expected[player], before[player], strict=True)]
        logged[f"{player}_gradient_norm"] = np.sqrt(sum(np.square(each).sum() for each in changes)) / RATES[player]
    logs = {name: float(value) for name, value in model.train_step(tf.constant(batch())).items()}
    assert logs == pytest.approx(logged, rel=1e-4, abs=1e-5)
    for player, arrays in weights(model).items():
        for array, value in zip(arrays, expected[player], strict=True):
            np.testing.assert_allclose(array, value, rtol=1e-4, atol=1e-6, err_msg=player)


def test_errors_are_of_the_features():
    model = affine()
    networks = weights(model)
    reference = Reference(model, batch(), np.zeros((6, LATENT_DIM)), np.zeros((6, LATENT_DIM)))
    values = reference.values(networks)
    # Without clipping, which reconstructions that are shown are cut by.
    codes = model.encode(batch())
    error = np.asarray(model.features_error(batch(), model.decoder(codes)))
    assert error.mean() == pytest.approx(values["reconstruction_loss"], rel=1e-4)
    small = 0.01 * batch()
    assert np.abs(model.reconstruct(small)).max() < 1
    difference = np.asarray(model.anomaly_score(small)) - np.asarray(model.reconstruction_error(small))
    mean, log_variance = np.split(small.reshape(6, -1) @ networks["encoder"][0] + networks["encoder"][1], 2, axis=1)
    kl = 0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1).sum(1)
    np.testing.assert_allclose(difference, kl, rtol=1e-3, atol=1e-5)


def test_features_see_what_reconstructions_differ_in_as_a_whole():
    # A paler copy is the image's equal to a batch normalisation of each batch alone.
    images, codes, judged = keras.Input(SHAPE), keras.Input((LATENT_DIM,)), keras.Input(SHAPE)
    read, normalise = layers.Dense(FEATURES), layers.BatchNormalization()
    model = VAEGAN(
        keras.Model(images, layers.Dense(2 * LATENT_DIM)(layers.Flatten()(images))),
        keras.Model(codes, layers.Reshape(SHAPE)(layers.Dense(4)(codes))),
        keras.Model(judged, layers.Dense(1, name="logits")(normalise(read(layers.Flatten()(judged))))),
    )
    both = np.concatenate([batch(), 0.3 * batch()])
    features = both.reshape(12, 4).astype("float64") @ read.get_weights()[0]
    features = (features - features.mean(0)) / np.sqrt(features.var(0) + normalise.epsilon)
    expected = 0.5 * (np.square(features[:6] - features[6:]) + np.log(2 * np.pi)).sum(1)
    np.testing.assert_allclose(model.features_error(both[:6], both[6:], training=True), expected, rtol=1e-4)


def test_arguments_are_checked():
    networks = mlp.encoder(IMAGE_SHAPE, 6), decoder()
    with pytest.raises(ValueError, match=r"^the encoder gives 3 numbers for a latent_dim of 3; a VAE's gives 6"):
        VAEGAN(encoder(), decoder(), discriminator())
    with pytest.raises(ValueError, match=r"images of shape \(8, 8, 1\) and the discriminator takes \(4, 4, 1\)"):
        VAEGAN(*networks, mlp.discriminator((4, 4, 1)))
    with pytest.raises(ValueError, match=r"^similarity_weight is -1; it is a finite number, 0 or more"):
        VAEGAN(*networks, discriminator(), similarity_weight=-1)
    images = keras.Input(IMAGE_SHAPE)
    unnamed = keras.Model(images, layers.Dense(1)(layers.Flatten()(images)))
    with pytest.raises(ValueError, match="looked for by the name logits; give the last layer that name"):
        VAEGAN(*networks, unnamed)
