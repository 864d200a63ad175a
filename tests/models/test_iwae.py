"""IWAE keeps the contract; its bound against NumPy, and between the ELBO and the likelihood."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import ModelContract
from scipy import special, stats

from tfgen.models import IWAE, VAE
from tfgen.networks import mlp

SHAPE = (8, 8, 1)


class TestIWAE(ModelContract):
    log_names = ("loss", "reconstruction_loss", "kl_loss", "elbo")

    def make(self, **compile_arguments):
        model = make(3)
        model.compile(keras.optimizers.Adam(1e-3, use_ema=True, ema_momentum=0.9), **compile_arguments)
        return model


def make(samples, seed=2):
    encoder = mlp.encoder(SHAPE, 4, hidden_dims=(6,))
    return IWAE(
        encoder, mlp.decoder(SHAPE, 2, hidden_dims=(6,), output_activation="linear"), samples=samples, seed=seed
    )


def images():
    return np.random.default_rng(0).choice([-1.0, 1.0], (5, *SHAPE)).astype("float32")


def test_bound_against_numpy():
    keras.utils.set_random_seed(0)
    model = make(samples=4)
    model.compile("sgd")
    mean, log_variance = (np.asarray(part, "float64") for part in model.posterior(images()))
    keras.utils.set_random_seed(0)
    noise = make(4).latents(5 * 4, model.seed_generator.state.numpy()).numpy().reshape(5, 4, 2)
    deviation = np.exp(log_variance / 2)[:, None]
    codes = mean[:, None] + deviation * noise
    logits = np.asarray(model.decoder(codes.reshape(20, 2).astype("float32"))).reshape(5, 4, -1)
    signs = images().reshape(5, 1, -1)
    log_likelihood = special.log_expit(signs * logits).sum(-1)
    log_ratio = stats.norm.logpdf(codes).sum(-1) - stats.norm.logpdf(codes, mean[:, None], deviation).sum(-1)
    log_weights = log_likelihood + log_ratio
    logs = {name: float(value) for name, value in model.train_step(tf.constant(images())).items()}
    assert logs == pytest.approx(
        {
            "loss": -(special.logsumexp(log_weights, axis=1) - np.log(4)).mean(),
            "elbo": log_weights.mean(),
            "reconstruction_loss": -log_likelihood.mean(),
            "kl_loss": 0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1).sum(1).mean(),
        },
        rel=1e-5,
    )
    assert -logs["loss"] > logs["elbo"]


def test_gradient_of_several_samples_against_finite_differences():
    keras.utils.set_random_seed(0)
    model = make(samples=4)
    noise = model.latents(5 * 4, model.seed_generator.state.numpy()).numpy().reshape(5, 4, 2).astype("float64")
    mean, log_variance = (np.asarray(part, "float64") for part in model.posterior(images()))
    kernel, bias, pixel_kernel, pixel_bias = (weight.astype("float64") for weight in model.decoder.get_weights())

    def loss(shift):
        # What the encoder's last bias adds to the mean and to the log-variance, and one for the decoder's hidden layer.
        deviation = np.exp((log_variance + shift[2:4]) / 2)[:, None]
        codes = (mean + shift[:2])[:, None] + deviation * noise
        logits = np.maximum(codes @ kernel + bias + shift[4], 0) @ pixel_kernel + pixel_bias
        log_likelihood = special.log_expit(images().reshape(5, 1, -1) * logits).sum(-1)
        # log p(z) - log q(z|x), without the constants that cancel.
        log_ratio = (noise**2 / 2 - codes**2 / 2 + np.log(deviation)).sum(-1)
        return -(special.logsumexp(log_likelihood + log_ratio, axis=1) - np.log(4)).mean()

    step = 1e-5
    expected = [(loss(step * axis) - loss(-step * axis)) / (2 * step) for axis in np.eye(5)]
    with tf.GradientTape() as tape:
        value, _ = model.objective(tf.constant(images()), training=True)
    last, hidden = model.encoder.trainable_weights[-1], model.decoder.trainable_weights[1]
    of_encoder, of_hidden = tape.gradient(value, [last, hidden])
    assert float(value) == pytest.approx(loss(np.zeros(5)), rel=1e-5)
    np.testing.assert_allclose([*of_encoder.numpy(), of_hidden.numpy().sum()], expected, rtol=1e-3, atol=1e-4)
    assert np.abs(expected).min() > 0.01


def test_one_sample_has_the_gradient_of_the_vae_on_average():
    keras.utils.set_random_seed(0)
    iwae = make(samples=1)
    vae = VAE(iwae.encoder, iwae.decoder)
    # Rows of one image: the mean over them is the mean over draws of the noise.
    many = tf.constant(np.repeat(images()[:1], 20_000, axis=0))
    gradients = []
    for model in (iwae, vae):
        with tf.GradientTape() as tape:
            loss, _ = model.objective(many, training=True)
        gradients.append(tape.gradient(loss, iwae.encoder.trainable_weights[-1]))
    np.testing.assert_allclose(*gradients, atol=0.05)
    assert np.abs(gradients[1]).max() > 0.2


@pytest.mark.parametrize("samples", [0, 2.5, float("nan")], ids=str)
def test_samples_are_checked(samples):
    with pytest.raises(ValueError, match=f"^samples is {samples}; it is a whole number, 1 or more$"):
        make(samples=samples)


@pytest.mark.parametrize("argument", ["kl_weight", "kl_warmup_steps", "free_bits"])
def test_what_weighs_the_divergence_of_a_vae_is_refused(argument):
    with pytest.raises(TypeError, match=argument):
        IWAE(mlp.encoder(SHAPE, 4), mlp.decoder(SHAPE, 2), **{argument: 0})
