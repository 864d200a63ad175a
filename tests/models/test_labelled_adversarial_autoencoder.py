"""LabelledAdversarialAutoencoder keeps the contract; a step against NumPy; each class goes to its part of the prior."""

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

from tfgen.models import LabelledAdversarialAutoencoder
from tfgen.networks import mlp
from tfgen.priors import GaussianMixture, Normal, SwissRoll

NUM_CLASSES = 3
SHAPE = (8, 8, 1)


def networks(shape=SHAPE, hidden_dims=(6,), judged_dim=2 + NUM_CLASSES):
    return (
        mlp.encoder(shape, 2, hidden_dims=hidden_dims),
        mlp.decoder(shape, 2, hidden_dims=hidden_dims),
        mlp.discriminator((1, 1, judged_dim), hidden_dims=hidden_dims),
    )


class TestLabelledAdversarialAutoencoder(AdversarialAutoencoderContract):
    def make(self, **compile_arguments):
        model = LabelledAdversarialAutoencoder(*networks(), num_classes=NUM_CLASSES)
        model.compile(*self.optimizers(3), **compile_arguments)
        return model

    def data(self, model, count=12):
        return self.images(model, count), np.arange(count, dtype="int64") % NUM_CLASSES

    def served(self, model, n, values):
        labelled = model.sample(n, seed=values["seed"], labels=values["labels"])
        return {**super().served(model, n, values), "generate_labels": labelled}

    def test_labels_choose_the_part_of_the_prior(self, trained):
        latents, labels = trained.draw(200, 1), np.arange(200) % 3
        moved = trained.prior.with_category(latents, labels)
        np.testing.assert_allclose(trained.sample(200, seed=1, labels=labels), trained.decode(moved), atol=1e-6)
        np.testing.assert_allclose(trained.generate(latents, labels), trained.decode(moved), atol=1e-6)
        np.testing.assert_allclose(trained.generate(latents), trained.decode(latents), atol=1e-6)

    def test_samples_are_decoded_draws(self, trained):
        np.testing.assert_allclose(trained.sample(50, seed=1), trained.decode(trained.draw(50, 1)), atol=1e-6)

    def test_contact_sheet_has_a_column_for_each_class(self, trained):
        height, width, _ = SHAPE
        assert trained.contact_sheet(4, seed=1).shape == (2 * (height + 2) + 2, 3 * (width + 2) + 2, 1)

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ({"n": -1}, "n is -1; the number of samples is 0 or more"),
            ({"n": 2, "labels": [1]}, "1 labels were given for 2 samples"),
            ({"n": 2, "labels": [1, 3]}, "labels go from 1 to 3; the classes are 0 to 2"),
            ({"n": 2, "labels": np.eye(2, 3)}, r"labels are float64 of shape \(2, 3\); give integers from 0 to 2"),
        ],
        ids=["n", "too few", "no class", "one-hot"],
    )
    def test_sample_refuses_what_it_cannot_draw(self, trained, arguments, sentence):
        with pytest.raises(ValueError, match=f"^{sentence}"):
            trained.sample(**arguments)

    def test_training_needs_labels(self):
        model = self.model()
        with pytest.raises(ValueError, match="needs labels and was given none; train it on"):
            model.fit(self.images(model), batch_size=4, verbose=0)


def test_a_step_against_numpy():
    prior = GaussianMixture(NUM_CLASSES)
    model = LabelledAdversarialAutoencoder(*affine_networks(2 + NUM_CLASSES), num_classes=NUM_CLASSES, prior=prior)
    compiled_affinely(model)
    drawn = []
    draws = model.draws
    model.draws = lambda *arguments: drawn.append(draws(*arguments)) or drawn[-1]
    images = np.random.default_rng(0).normal(size=(6, 2, 2, 1)).astype("float32")
    labels = np.array([2, 0, 1, 1, 0, 2])
    before = LabelledAdversarialAutoencoder.from_config(model.get_config())
    before.set_weights(model.get_weights())
    model.train_step((tf.constant(images), tf.constant(labels)))
    np.testing.assert_array_equal(prior.locate(drawn[0])[0], labels)
    expected, _ = after_a_step(before, images, np.float64(drawn[0]), np.eye(NUM_CLASSES)[labels])
    assert_weights(model, expected)


def test_each_class_goes_to_its_part():
    # 2x2 images: the class is how bright the first pixel is, and the others are noise.
    rng = np.random.default_rng(0)
    labels = rng.integers(NUM_CLASSES, size=64 * 400)
    images = rng.uniform(-0.5, 0.5, (len(labels), 2, 2, 1)).astype("float32")
    images[:, 0, 0, 0] = 0.6 * (labels - 1)
    keras.utils.set_random_seed(0)
    model = LabelledAdversarialAutoencoder(*networks((2, 2, 1), (64, 64)), num_classes=NUM_CLASSES)
    adam = keras.optimizers.Adam
    model.compile(adam(1e-3), adam(1e-3, beta_1=0.5), adam(1e-3, beta_1=0.5), steps_per_execution=10, jit_compile=False)
    model.fit(images, labels, batch_size=64, verbose=0)
    found = np.asarray(model.prior.locate(model.encode(images[:1000]))[0])
    assert (found == labels[:1000]).mean() > 0.95
    samples = model.sample(300, seed=0, labels=np.arange(300) % NUM_CLASSES)[:, 0, 0, 0].reshape(-1, NUM_CLASSES)
    np.testing.assert_allclose(samples.mean(axis=0), [-0.6, 0.0, 0.6], atol=0.15)


def test_every_argument_comes_back():
    prior = SwissRoll(NUM_CLASSES)
    model = LabelledAdversarialAutoencoder(*networks(), num_classes=NUM_CLASSES, prior=prior, seed=3)
    again = LabelledAdversarialAutoencoder.from_config(json.loads(json.dumps(model.get_config())))
    assert again.prior.get_config() == prior.get_config()
    assert (again.num_classes, again.seed, type(again.prior)) == (NUM_CLASSES, 3, SwissRoll)


def test_the_discriminator_s_network_is_for_codes_and_labels():
    needed = LabelledAdversarialAutoencoder.network_arguments(SHAPE, 2, 10)
    assert needed["discriminator"] == {"image_shape": (1, 1, 12)}


@pytest.mark.parametrize(
    ("judged_dim", "arguments", "sentence"),
    [
        (5, {"prior": Normal()}, "the prior is Normal with 0 parts for classes, and num_classes is 3; take a"),
        (5, {"prior": SwissRoll(4)}, "the prior is SwissRoll with 4 parts for classes, and num_classes is 3; take a"),
        (2, {}, r"the discriminator takes inputs of shape \(1, 1, 2\); that of Labelled.* takes \(1, 1, 5\)"),
    ],
    ids=["no parts", "other number", "discriminator"],
)
def test_arguments_are_checked(judged_dim, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        LabelledAdversarialAutoencoder(*networks(judged_dim=judged_dim), num_classes=NUM_CLASSES, **arguments)
