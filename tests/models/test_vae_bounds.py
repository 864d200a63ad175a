"""What the VAE's loss makes of the KL divergence; its bound against the exact likelihood of probabilistic PCA."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from sklearn.decomposition import PCA

from tfgen.losses import Gaussian
from tfgen.metrics.log_likelihood import importance_weighted_log_likelihood
from tfgen.models import VAE
from tfgen.networks import mlp

SHAPE = (3, 2, 1)
PIXELS = 6


def test_bound_of_the_optimal_linear_vae_is_the_likelihood_of_probabilistic_pca():
    # Tipping and Bishop 1999; the optimum of the linear VAE by Lucas et al. 2019, arXiv 1911.02469.
    random = np.random.default_rng(0)
    images = 0.1 * (random.normal(size=(5000, 3)) @ random.normal(size=(3, PIXELS)) + random.normal(size=PIXELS))
    images = (images + 0.15 * random.normal(size=images.shape)).astype("float32")
    pca = PCA(2, svd_solver="full").fit(images)
    noise = pca.noise_variance_
    loadings = pca.components_.T * np.sqrt(pca.explained_variance_ - noise)
    # The columns are orthogonal, so that the exact posterior's covariance is diagonal.
    precision = np.diag(loadings.T @ loadings) + noise
    model = linear_vae(np.sqrt(noise))
    kernel = loadings / precision
    bias = np.concatenate([-pca.mean_ @ kernel, np.log(noise / precision)])
    model.encoder.set_weights([np.concatenate([kernel, np.zeros((PIXELS, 2))], axis=1), bias])
    model.decoder.set_weights([loadings.T, pca.mean_])
    batch = tf.constant(images.reshape(-1, *SHAPE))
    logs = model.evaluate(batch, batch_size=5000, verbose=0, return_dict=True)
    assert logs["elbo"] == pytest.approx(pca.score(images), abs=0.02)
    # With the exact posterior every sample of it has the same weight, and one is enough.
    found = importance_weighted_log_likelihood(
        batch[:50], model.posterior, model.decoder, model.likelihood, samples=1, seed=0
    )
    np.testing.assert_allclose(found.importance_weighted, pca.score_samples(images[:50]), rtol=1e-4, atol=1e-4)
    # Any other posterior loses what it is away from the exact one.
    model.encoder.set_weights([np.concatenate([kernel, np.zeros((PIXELS, 2))], axis=1), bias + np.eye(4)[2]])
    away = 0.5 * (np.e - 2)
    worse = model.evaluate(batch, batch_size=5000, verbose=0, return_dict=True)
    assert worse["elbo"] == pytest.approx(pca.score(images) - away, abs=0.03)


def linear_vae(scale):
    images, codes = keras.Input(SHAPE), keras.Input((2,))
    encoder = keras.Model(images, layers.Dense(4)(layers.Flatten()(images)))
    decoder = keras.Model(codes, layers.Reshape(SHAPE)(layers.Dense(PIXELS)(codes)))
    model = VAE(encoder, decoder, Gaussian(float(scale)))
    model.compile("sgd")
    return model


def small_vae(**arguments):
    keras.utils.set_random_seed(0)
    model = VAE(mlp.encoder((4, 4, 1), 6, hidden_dims=(5,)), mlp.decoder((4, 4, 1), 3, hidden_dims=(5,)), **arguments)
    model.compile(keras.optimizers.SGD(1e-3))
    return model


def batch():
    return tf.constant(np.random.default_rng(0).uniform(-1, 1, (8, 4, 4, 1)).astype("float32"))


def divergences(model):
    """The mean over the batch of each dimension's divergence."""
    mean, log_variance = (np.asarray(part, "float64") for part in model.posterior(batch()))
    return (0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1)).mean(0)


def step(model):
    model.reset_metrics()
    return {name: float(value) for name, value in model.train_step(batch()).items()}


def test_free_bits_are_counted_for_each_dimension():
    model = small_vae(free_bits=0.2, kl_weight=2.0)
    of_dimensions = divergences(model)
    assert of_dimensions.min() < 0.2 < of_dimensions.max()
    logs = step(model)
    charged = np.maximum(of_dimensions, 0.2).sum()
    assert logs["loss"] == pytest.approx(logs["reconstruction_loss"] + 2.0 * charged, rel=1e-5)
    assert logs["kl_loss"] == pytest.approx(of_dimensions.sum(), rel=1e-4)
    assert logs["elbo"] == pytest.approx(-logs["reconstruction_loss"] - of_dimensions.sum(), rel=1e-5)


def test_warm_up_raises_the_weight_from_0_in_training_alone():
    model = small_vae(kl_warmup_steps=4, kl_weight=3.0)
    weights = []
    for _ in range(6):
        logs = step(model)
        weights.append((logs["loss"] - logs["reconstruction_loss"]) / logs["kl_loss"])
    np.testing.assert_allclose(weights, [0, 0.75, 1.5, 2.25, 3, 3], atol=1e-3)
    model = small_vae(kl_warmup_steps=4, kl_weight=3.0)
    logs = model.evaluate(batch(), verbose=0, return_dict=True)
    assert logs["loss"] == pytest.approx(logs["reconstruction_loss"] + 3 * logs["kl_loss"], rel=1e-5)


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")], ids=str)
@pytest.mark.parametrize("name", ["kl_weight", "free_bits"])
def test_weights_are_checked(name, value):
    with pytest.raises(ValueError, match=f"^{name} is {value}; it is a finite number, 0 or more$"):
        small_vae(**{name: value})


@pytest.mark.parametrize("value", [-1, 2.5, float("nan")], ids=str)
def test_steps_are_checked(value):
    with pytest.raises(ValueError, match=f"^kl_warmup_steps is {value}; it is a whole number, 0 or more$"):
        small_vae(kl_warmup_steps=value)
