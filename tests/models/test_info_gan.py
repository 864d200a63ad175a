"""InfoGAN keeps the contract; its steps against gradients computed by hand; Q reads the codes."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import RATE, batch, sigmoid
from contract import AdversarialContract
from keras import layers
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from tiny_networks import IMAGE_SHAPE, discriminator

from tfgen.models import InfoGAN
from tfgen.networks import mlp
from tfgen.priors import StructuredCodes, Uniform
from tfgen.techniques import Replay

PRIOR = StructuredCodes(categories=(3, 2), continuous=2)
LOG_NAMES = (*AdversarialContract.log_names, "categorical_loss", "continuous_loss", "categorical_accuracy")


class TestInfoGAN(AdversarialContract):
    log_names = LOG_NAMES

    def make(self, **compile_arguments):
        generator = mlp.generator(IMAGE_SHAPE, 9, hidden_dims=(6,))
        model = InfoGAN(generator, discriminator(), prior=PRIOR, recognition_units=5, discriminator_steps=2)
        model.compile(*self.optimizers(), **compile_arguments)
        return model

    def served(self, model, n, values):
        return {**super().served(model, n, values), "codes": model.codes(values["images"])}

    def test_a_fit_ends_with_the_averages_of_the_generator(self):
        model = self.model()
        self.fit(model)
        averages = model.optimizer._model_variables_moving_average
        for variable, average in zip(model.generator_variables(), averages, strict=True):
            np.testing.assert_array_equal(variable, average)

    def test_codes(self, trained):
        codes = np.asarray(trained.codes(self.images(trained, 4)))
        assert codes.shape == (4, 7)
        np.testing.assert_allclose(codes[:, :3].sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_allclose(codes[:, 3:5].sum(axis=1), 1, rtol=1e-5)
        with pytest.raises(ValueError, match="images have shape"):
            trained.codes(np.zeros((4, 3, 3, 1), "float32"))

    def test_labels_choose_the_first_category(self, trained):
        chosen = trained.sample(3, seed=1, labels=[2, 0, 1])
        latents = np.array(trained.latents(3, (np.int64(1), np.int64(0))))
        latents[:, 2:5] = np.eye(3)[[2, 0, 1]]
        np.testing.assert_allclose(chosen, trained.generate(latents), atol=1e-6)
        np.testing.assert_array_equal(trained.sample(3, seed=1, labels=2)[0], chosen[0])

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ({"n": -1}, "n is -1; the number of samples is 0 or more"),
            ({"n": 2, "labels": [1]}, "1 labels were given for 2 samples"),
            ({"n": 2, "labels": [0, 3]}, "labels go from 0 to 3; the classes are 0 to 2"),
        ],
    )
    def test_sample_refuses_what_it_cannot_draw(self, trained, arguments, sentence):
        with pytest.raises(ValueError, match=sentence):
            trained.sample(**arguments)

    def test_labels_of_the_data_change_nothing(self):
        without, with_labels = self.model(), self.model()
        self.fit(without)
        images = self.images(with_labels)
        with_labels.fit(images, np.arange(len(images)) % 3, batch_size=4, shuffle=False, verbose=0)
        for first, second in zip(without.variables, with_labels.variables, strict=True):
            np.testing.assert_array_equal(first, second)


def affine_info_gan():
    """G(z) = z u + c, D(x) = f w + b and Q(x) = f q + r, 3 logits and a mean, on shared features f = x a."""
    keras.utils.set_random_seed(0)
    noise, images, features = keras.Input((6,)), keras.Input((2, 2, 1)), keras.Input((5,))
    pixels = layers.Dense(4, bias_initializer="normal")(noise)
    logits = layers.Dense(1, name="logits")(layers.Dense(5, use_bias=False)(layers.Flatten()(images)))
    prior = StructuredCodes(categories=(3,), continuous=1)
    model = InfoGAN(
        keras.Model(noise, layers.Reshape((2, 2, 1))(pixels)),
        keras.Model(images, logits),
        prior=prior,
        categorical_weight=0.7,
        continuous_weight=0.3,
    )
    model.recognition = keras.Model(features, layers.Dense(4, bias_initializer="normal")(features))
    model.compile(keras.optimizers.SGD(RATE), keras.optimizers.SGD(RATE), jit_compile=False, run_eagerly=True)
    drawn = []
    latents = model.latents
    model.latents = lambda n, seed: drawn.append(latents(n, seed)) or drawn[-1]
    return model, drawn


def all_weights(model):
    networks = (model.generator, model.discriminator, model.recognition)
    return [np.float64(each) for network in networks for each in network.get_weights()]


def at_parameters(z, found):
    """The gradient of 0.7 times the cross-entropy and 0.3 times half the squared error at Q's four numbers."""
    chosen, code = z[:, 2:5], z[:, 5:]
    return np.hstack([0.7 * (softmax(found[:, :3], axis=1) - chosen), 0.3 * (found[:, 3:] - code)]) / len(z)


def test_a_discriminator_step_trains_q_and_what_it_shares():
    model, drawn = affine_info_gan()
    u, c, a, w, b, q, r = all_weights(model)
    model.discriminator_step(tf.constant(batch()), tf.constant(np.arange(6)))
    z, x = np.float64(drawn[0]), np.float64(batch()).reshape(6, 4)
    fakes = z @ u + c
    at_real, at_fake = (sigmoid(x @ a @ w + b) - 1) / 6, sigmoid(fakes @ a @ w + b) / 6
    at_found = at_parameters(z, fakes @ a @ q + r)
    at_a = x.T @ at_real @ w.T + fakes.T @ (at_fake @ w.T + at_found @ q.T)
    expected = (
        u, c, a - RATE * at_a,
        w - RATE * ((x @ a).T @ at_real + (fakes @ a).T @ at_fake), b - RATE * (at_real + at_fake).sum(0),
        q - RATE * (fakes @ a).T @ at_found, r - RATE * at_found.sum(0),
    )  # fmt: skip
    for got, value in zip(all_weights(model), expected, strict=True):
        np.testing.assert_allclose(got, value, rtol=1e-5, atol=1e-6)


def test_a_generator_step_moves_the_generator_alone():
    model, drawn = affine_info_gan()
    u, c, a, w, b, q, r = all_weights(model)
    logs = model.generator_step(tf.constant(batch()))
    z = np.float64(drawn[0])
    x = z @ u + c
    found = x @ a @ q + r
    at_images = ((sigmoid(x @ a @ w + b) - 1) / 6 @ w.T + at_parameters(z, found) @ q.T) @ a.T
    expected = (u - RATE * z.T @ at_images, c - RATE * at_images.sum(0), a, w, b, q, r)
    for got, value in zip(all_weights(model), expected, strict=True):
        np.testing.assert_allclose(got, value, rtol=1e-5, atol=1e-6)
    cross_entropy = -np.log((softmax(found[:, :3], axis=1) * z[:, 2:5]).sum(axis=1))
    assert float(logs["categorical_loss"]) == pytest.approx(cross_entropy.mean(), rel=1e-5)
    density = 0.5 * (z[:, 5:] - found[:, 3:]) ** 2 + 0.5 * np.log(2 * np.pi)
    assert float(logs["continuous_loss"]) == pytest.approx(density.mean(), rel=1e-5)
    assert float(logs["generator_loss"]) == pytest.approx(-np.log(sigmoid(x @ a @ w + b)).mean(), rel=1e-5)


def test_images_tell_their_codes_only_if_the_information_is_asked_for():
    # 2x2 images of four clusters: one pixel bright, the others dark.
    random = np.random.default_rng(0)
    images = np.where(np.eye(4)[random.integers(4, size=32 * 300)] > 0, 0.7, -0.7)
    images = (images + random.normal(0, 0.05, images.shape)).reshape(-1, 2, 2, 1).astype("float32")
    prior, readable = StructuredCodes(categories=(4,), continuous=1), {}
    for weight in (0.0, 1.0):
        keras.utils.set_random_seed(0)
        networks = mlp.generator((2, 2, 1), 13, hidden_dims=(32,)), mlp.discriminator((2, 2, 1), hidden_dims=(32,))
        model = InfoGAN(*networks, prior=prior, categorical_weight=weight, continuous_weight=weight)
        model.compile(keras.optimizers.Adam(2e-3, beta_1=0.5), keras.optimizers.Adam(2e-3, beta_1=0.5))
        model.fit(images, batch_size=32, verbose=0)
        latents = model.latents(2000, (5, 5))
        _, (one_hot,), continuous = prior.split(np.asarray(latents))
        drawn, categories = np.asarray(model.generate(latents)), one_hot.argmax(axis=1)
        pixels = drawn.reshape(2000, 4)
        probe = LogisticRegression().fit(pixels[:1000], categories[:1000])
        readable[weight] = accuracy_score(categories[1000:], probe.predict(pixels[1000:]))
    assert readable[0.0] < 0.6
    assert readable[1.0] > 0.95
    codes = np.asarray(model.codes(drawn))
    assert accuracy_score(categories, codes[:, :4].argmax(axis=1)) > 0.95
    assert np.corrcoef(codes[:, 4], continuous[:, 0])[0, 1] > 0.8


def test_arguments_are_checked():
    networks = mlp.generator(IMAGE_SHAPE, 6, hidden_dims=(6,)), discriminator()
    with pytest.raises(ValueError, match="the prior is Uniform; an InfoGAN's has codes, as StructuredCodes has"):
        InfoGAN(*networks, prior=Uniform())
    with pytest.raises(ValueError, match="the generator takes latents of 6, and the codes are 12"):
        InfoGAN(*networks)
    with pytest.raises(ValueError, match="categorical_weight is -1; it is a finite number, 0 or more"):
        InfoGAN(*networks, categorical_weight=-1)
    with pytest.raises(ValueError, match="continuous_weight is nan; it is a finite number, 0 or more"):
        InfoGAN(*networks, continuous_weight=float("nan"))
    with pytest.raises(ValueError, match="Replay keeps labels of past fakes and no codes"):
        InfoGAN(*networks, prior=PRIOR, techniques=[Replay(size=4)])


def test_without_categories_no_labels_choose():
    prior = StructuredCodes(categories=(), continuous=3)
    model = InfoGAN(mlp.generator(IMAGE_SHAPE, 6, hidden_dims=(6,)), discriminator(), prior=prior)
    with pytest.raises(ValueError, match="the prior has no categorical code, so no labels choose what is drawn"):
        model.sample(2, labels=0)
    model.compile("adam", "adam")
    logs = model.train_step(tf.constant(np.zeros((4, *IMAGE_SHAPE), "float32")))
    assert float(logs["categorical_loss"]) == 0
    assert np.isfinite(list(map(float, logs.values()))).all()
