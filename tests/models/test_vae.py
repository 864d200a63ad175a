"""VAE keeps the contract; its bound, in nats, against NumPy on linear networks."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import ModelContract
from keras import layers, ops
from scipy import special, stats

from tfgen.losses import Gaussian, SquaredError
from tfgen.models import VAE
from tfgen.networks import convolutional, mlp

SHAPE = (2, 2, 1)
LATENT_DIM = 2


class TestVAE(ModelContract):
    log_names = ("loss", "reconstruction_loss", "kl_loss", "elbo")

    def make(self, **compile_arguments):
        model = VAE(
            convolutional.encoder((8, 8, 1), 2 * 3, width=2),
            convolutional.decoder((8, 8, 1), 3, width=2, output_activation="linear"),
            kl_weight=0.5,
            kl_warmup_steps=2,
            # Between the divergences of the two halves of a batch.
            free_bits=0.07,
            seed=2,
        )
        model.compile(keras.optimizers.Adam(1e-3, use_ema=True, ema_momentum=0.9), **compile_arguments)
        return model


def linear_vae(**arguments):
    keras.utils.set_random_seed(0)
    images, codes = keras.Input(SHAPE), keras.Input((LATENT_DIM,))
    encoder = keras.Model(images, layers.Dense(2 * LATENT_DIM, bias_initializer="normal")(layers.Flatten()(images)))
    decoder = keras.Model(codes, layers.Reshape(SHAPE)(layers.Dense(4, bias_initializer="normal")(codes)))
    model = VAE(encoder, decoder, **arguments)
    model.compile(keras.optimizers.SGD(0.1))
    return model


def batch(count=6):
    return np.random.default_rng(0).uniform(-1, 1, (count, *SHAPE)).astype("float32")


def posterior(model, images):
    kernel, bias = model.encoder.get_weights()
    return np.split(images.reshape(len(images), -1) @ kernel + bias, 2, axis=1)


def decoded(model, codes):
    kernel, bias = model.decoder.get_weights()
    return codes @ kernel + bias


def kl(mean, log_variance):
    return 0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1).sum(1)


def bernoulli(images, logits):
    targets = (images.reshape(len(images), -1) + 1) / 2
    return -(targets * special.log_expit(logits) + (1 - targets) * special.log_expit(-logits)).sum(1)


def gaussian(images, means, scale=0.5):
    return -stats.norm(means, scale).logpdf(images.reshape(len(images), -1)).sum(1)


def test_a_loss_that_is_no_likelihood_is_refused():
    with pytest.raises(ValueError, match="likelihood is SquaredError, which is not in nats"):
        VAE(mlp.encoder(SHAPE, 4), mlp.decoder(SHAPE, 2), SquaredError())


@pytest.mark.parametrize(("arguments", "likelihood"), [({}, bernoulli), ({"likelihood": Gaussian(0.5)}, gaussian)])
def test_logs_are_the_bound_in_nats(arguments, likelihood):
    model = linear_vae(kl_weight=3.0, seed=5, **arguments)
    images = batch()
    mean, log_variance = posterior(model, images)
    noise = linear_vae(seed=5).latents(6, model.seed_generator.state.numpy()).numpy()
    reconstruction = likelihood(images, decoded(model, mean + np.exp(log_variance / 2) * noise)).mean()
    divergence = kl(mean, log_variance).mean()
    logs = {name: float(value) for name, value in model.train_step(tf.constant(images)).items()}
    assert logs == pytest.approx(
        {
            "reconstruction_loss": reconstruction,
            "kl_loss": divergence,
            "elbo": -(reconstruction + divergence),
            "loss": reconstruction + 3.0 * divergence,
        },
        rel=1e-4,
    )


def test_codes_have_the_moments_of_the_posterior():
    model = linear_vae()
    images = np.repeat(batch(1), 20_000, axis=0)
    seen = []
    model.decoder = Spy(model.decoder, seen)
    model.objective(tf.constant(images), training=True)
    (codes,) = seen
    mean, log_variance = posterior(model, images[:1])
    deviation = np.exp(log_variance / 2)
    np.testing.assert_allclose(codes.mean(0), mean[0], atol=5 * deviation.max() / np.sqrt(20_000))
    np.testing.assert_allclose(codes.std(0), deviation[0], rtol=0.03)


class Spy:
    def __init__(self, network, seen):
        self.network, self.seen = network, seen

    def __call__(self, inputs, **kwargs):
        self.seen.append(np.asarray(inputs))
        return self.network(inputs, **kwargs)


def test_kl_weight_zero_removes_its_gradient():
    images = tf.constant(batch())
    gradients = {}
    for weight in (0.0, 1.0):
        model = linear_vae(kl_weight=weight)
        before = model.encoder.get_weights()
        model.train_step(images)
        gradients[weight] = [(a - b) / 0.1 for a, b in zip(before, model.encoder.get_weights(), strict=True)]
    # The rest is the KL's own gradient: its derivatives are mean and (exp(log_variance) - 1) / 2.
    mean, log_variance = posterior(linear_vae(), batch())
    at_outputs = np.concatenate([mean, (np.exp(log_variance) - 1) / 2], axis=1) / 6
    x = batch().reshape(6, 4)
    expected = [x.T @ at_outputs, at_outputs.sum(0)]
    for with_kl, without, value in zip(gradients[1.0], gradients[0.0], expected, strict=True):
        np.testing.assert_allclose(with_kl - without, value, rtol=1e-3, atol=1e-5)


def test_anomaly_score_is_the_bound_at_the_mean():
    model = linear_vae()
    mean, log_variance = posterior(model, batch())
    expected = bernoulli(batch(), decoded(model, mean)) + kl(mean, log_variance)
    np.testing.assert_allclose(model.anomaly_score(tf.constant(batch())), expected, rtol=1e-5)
    np.testing.assert_allclose(model.encode(batch()), mean, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        model.decode(mean), 2 * special.expit(decoded(model, mean).reshape(-1, *SHAPE)) - 1, rtol=1e-5, atol=1e-6
    )


def test_arguments_are_checked():
    decoder = mlp.decoder((4, 4, 1), 3)
    with pytest.raises(ValueError, match="encoder gives 3 numbers for a latent_dim of 3; a VAE's gives 6"):
        VAE(mlp.encoder((4, 4, 1), 3), decoder)
    with pytest.raises(ValueError, match=r"kl_weight is -1\.0; it is a finite number, 0 or more"):
        VAE(mlp.encoder((4, 4, 1), 6), decoder, kl_weight=-1.0)
    with pytest.raises(ValueError, match=r"images of shape \(4, 4, 1\) and the encoder takes \(4, 4, 3\)"):
        VAE(mlp.encoder((4, 4, 3), 6), decoder)


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
def test_objective_can_be_overridden():
    class OnlyKL(VAE):
        def objective(self, images, training):
            _, logs = super().objective(images, training)
            return ops.mean(logs["kl_loss"]), logs

    keras.utils.set_random_seed(0)
    model = OnlyKL(mlp.encoder((4, 4, 1), 4, hidden_dims=(5,)), mlp.decoder((4, 4, 1), 2, hidden_dims=(5,)))
    model.compile(keras.optimizers.SGD(0.1))
    before = model.decoder.get_weights()
    first = model.encoder.get_weights()
    model.train_step(tf.constant(np.random.default_rng(0).uniform(-1, 1, (4, 4, 4, 1)).astype("float32")))
    assert all(np.array_equal(a, b) for a, b in zip(before, model.decoder.get_weights(), strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, model.encoder.get_weights(), strict=True))


@pytest.mark.parametrize("method", ["encode", "reconstruct", "reconstruction_error", "anomaly_score"])
@pytest.mark.parametrize(
    ("images", "said"),
    [
        (np.zeros((2, 8, 8, 1), "uint8"), "images are uint8; the model takes float32, images in"),
        (np.zeros((2, 8, 8, 3), "float32"), r"images have shape \(2, 8, 8, 3\); the model takes \(n, 8, 8, 1\)"),
        (np.zeros((8, 8, 1), "float32"), r"images have shape \(8, 8, 1\)"),
    ],
)
def test_images_that_the_model_does_not_take(method, images, said):
    model = VAE(mlp.encoder((8, 8, 1), 4, hidden_dims=(3,)), mlp.decoder((8, 8, 1), 2, hidden_dims=(3,)))
    with pytest.raises(ValueError, match=said):
        getattr(model, method)(images)
