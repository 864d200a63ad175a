"""The contract of models with an autoencoder's, an encoder's and a discriminator's optimizer, and an affine one."""

import keras
import numpy as np
from keras import layers
from several_optimizers_checks import SeveralOptimizersContract

RATES = {"autoencoder": 0.1, "encoder": 0.2, "discriminator": 0.3}


class AdversarialAutoencoderContract(SeveralOptimizersContract):
    log_names = (
        "reconstruction_loss",
        "discriminator_loss",
        "encoder_loss",
        "prior_score",
        "code_score",
        "autoencoder_gradient_norm",
        "encoder_gradient_norm",
        "discriminator_gradient_norm",
    )


def affine_networks(judged_dim):
    """E(x) = x a + e, G(z) = z g + h and D(v) = v w + b, of 2x2 images and codes of 2."""
    keras.utils.set_random_seed(0)
    images, codes, judged = keras.Input((2, 2, 1)), keras.Input((2,)), keras.Input((1, 1, judged_dim))

    def dense(units):
        return layers.Dense(units, bias_initializer="normal")

    return (
        keras.Model(images, dense(2)(layers.Flatten()(images))),
        keras.Model(codes, layers.Reshape((2, 2, 1))(dense(4)(codes))),
        keras.Model(judged, dense(1)(layers.Flatten()(judged))),
    )


def compiled_affinely(model):
    optimizers = {f"{player}_optimizer": keras.optimizers.SGD(rate) for player, rate in RATES.items()}
    model.compile(**optimizers, jit_compile=False, run_eagerly=True)
    return model


def after_a_step(model, images, draws, beside):
    """The weights a, e, g, h, w, b after one step as NumPy has it, and what it logs; `beside` is next to the codes."""
    a, e, g, h, w, b = (np.float64(each) for each in _weights(model))
    x = np.float64(images).reshape(len(images), 4)
    n = len(x)
    # Reconstruction: the mean over images and pixels of (x - G(E(x)))^2.
    z = x @ a + e
    difference = z @ g + h - x
    at_output = 2 * difference / difference.size
    at_code = at_output @ g.T
    rate = RATES["autoencoder"]
    logs = {"reconstruction_loss": (difference**2).mean()}
    slopes = x.T @ at_code, at_code.sum(0), z.T @ at_output, at_output.sum(0)
    a, e, g, h = (each - rate * slope for each, slope in zip((a, e, g, h), slopes, strict=True))
    logs["autoencoder_gradient_norm"] = _norm(slopes)
    # Regularisation, of the discriminator: -log D(draw) - log(1 - D(code)).
    drawn, encoded = np.hstack([draws, beside]), np.hstack([x @ a + e, beside])
    real, fake = drawn @ w + b, encoded @ w + b
    logs |= {"prior_score": real.mean(), "code_score": fake.mean()}
    logs["discriminator_loss"] = (np.log1p(np.exp(-real)) + np.log1p(np.exp(fake))).mean()
    at_real, at_fake = (_sigmoid(real) - 1) / n, _sigmoid(fake) / n
    rate = RATES["discriminator"]
    slopes = drawn.T @ at_real + encoded.T @ at_fake, (at_real + at_fake).sum(0)
    w, b = w - rate * slopes[0], b - rate * slopes[1]
    logs["discriminator_gradient_norm"] = _norm(slopes)
    # And of the encoder: -log D(code).
    fake = encoded @ w + b
    logs["encoder_loss"] = np.log1p(np.exp(-fake)).mean()
    at_code = ((_sigmoid(fake) - 1) / n @ w.T)[:, :2]
    rate = RATES["encoder"]
    slopes = x.T @ at_code, at_code.sum(0)
    a, e = a - rate * slopes[0], e - rate * slopes[1]
    logs["encoder_gradient_norm"] = _norm(slopes)
    return (a, e, g, h, w, b), logs


def assert_weights(model, expected):
    for got, value in zip(_weights(model), expected, strict=True):
        np.testing.assert_allclose(got, value, rtol=1e-4, atol=1e-6)


def _weights(model):
    return [each for part in (model.encoder, model.decoder, model.discriminator) for each in part.get_weights()]


def _norm(slopes):
    return np.sqrt(sum(np.square(slope).sum() for slope in slopes))


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))
