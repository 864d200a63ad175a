"""ACGAN keeps the contract; its steps against gradients computed by hand; its labels decide what is drawn."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import LATENT_DIM, RATE, SHAPE, batch, sigmoid
from conditional_checks import BRIGHTNESS, NUM_CLASSES, ConditionalContract, brightness_by_label, conditional_generator
from keras import layers
from scipy.special import softmax
from tiny_networks import discriminator

from tfgen.models import ACGAN
from tfgen.networks import mlp


class TestACGAN(ConditionalContract):
    log_names = (
        *ConditionalContract.log_names,
        "real_class_loss",
        "fake_class_loss",
        "real_class_accuracy",
        "fake_class_accuracy",
    )

    def make(self, **compile_arguments):
        model = ACGAN(conditional_generator(), discriminator(), num_classes=NUM_CLASSES, fake_class_weight=0.5)
        model.compile(*self.optimizers(), **compile_arguments)
        return model

    def served(self, model, n, values):
        return {**super().served(model, n, values), "classify": model.classify(values["images"])}

    def test_classify(self, trained):
        probabilities = np.asarray(trained.classify(self.images(trained, 4)))
        assert probabilities.shape == (4, NUM_CLASSES)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
        with pytest.raises(ValueError, match="images have shape"):
            trained.classify(np.zeros((4, 3, 3, 1), "float32"))


def affine_acgan(**arguments):
    """G(z, y) = z u + c + e_y, D(x) = x w + b, and logits x v + d of the classes."""
    keras.utils.set_random_seed(0)
    noise, labels = keras.Input((LATENT_DIM,)), keras.Input((), dtype="int32", name="labels")
    pixels = layers.Dense(4, bias_initializer="normal")(noise) + layers.Embedding(NUM_CLASSES, 4)(labels)
    images = keras.Input(SHAPE)
    logits = layers.Dense(1, bias_initializer="normal", name="logits")(layers.Flatten()(images))
    model = ACGAN(
        keras.Model([noise, labels], layers.Reshape(SHAPE)(pixels)),
        keras.Model(images, logits),
        num_classes=NUM_CLASSES,
        **arguments,
    )
    model.compile(keras.optimizers.SGD(RATE), keras.optimizers.SGD(RATE), jit_compile=False, run_eagerly=True)
    return model


@pytest.mark.parametrize("weight", [1.0, 0.0, 0.3])
def test_one_step_is_the_gradient_computed_by_hand(weight):
    model = affine_acgan(fake_class_weight=weight)
    noise = affine_acgan()
    z1, z2 = (noise.latents(6, noise.noise_seed()).numpy().astype("float64") for _ in range(2))
    networks = (model.generator, model.discriminator, model.class_head)
    u, c, e, w, b, v, d = (np.float64(each) for network in networks for each in network.get_weights())
    labels = np.array([0, 1, 2, 2, 1, 2])
    chosen = np.eye(NUM_CLASSES)[labels]
    x = batch().reshape(6, 4).astype("float64")
    logs = model.train_step((tf.constant(batch()), tf.constant(labels)))

    # Of -E log s(D): s(D) - 1 at real and s(D) at generated logits; of the cross-entropy: softmax - one-hot at both.
    fakes = z1 @ u + c + e[labels]
    real_classes, fake_classes = softmax(x @ v + d, axis=1), softmax(fakes @ v + d, axis=1)
    at_real, at_fake = (sigmoid(x @ w + b) - 1) / 6, sigmoid(fakes @ w + b) / 6
    at_real_classes, at_fake_classes = (real_classes - chosen) / 6, weight * (fake_classes - chosen) / 6
    w, b = w - RATE * (x.T @ at_real + fakes.T @ at_fake), b - RATE * (at_real + at_fake).sum(0)
    v = v - RATE * (x.T @ at_real_classes + fakes.T @ at_fake_classes)
    d = d - RATE * (at_real_classes + at_fake_classes).sum(0)
    # Then the generator, with the updated D on other noise: -E log s(D) and the cross-entropy.
    fakes = z2 @ u + c + e[labels]
    at_images = (sigmoid(fakes @ w + b) - 1) / 6 @ w.T + (softmax(fakes @ v + d, axis=1) - chosen) / 6 @ v.T
    u, c, e = u - RATE * z2.T @ at_images, c - RATE * at_images.sum(0), e - RATE * chosen.T @ at_images

    got = [each for network in networks for each in network.get_weights()]
    for value, expected in zip(got, (u, c, e, w, b, v, d), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)
    for name, probabilities in {"real": real_classes, "fake": fake_classes}.items():
        loss = -np.log(probabilities[np.arange(6), labels]).mean()
        assert float(logs[f"{name}_class_loss"]) == pytest.approx(loss, rel=1e-5)
        accuracy = (probabilities.argmax(axis=1) == labels).mean()
        assert float(logs[f"{name}_class_accuracy"]) == pytest.approx(accuracy, rel=1e-5)


def test_samples_fall_where_their_label_says_and_reals_are_classified():
    model = ACGAN(
        conditional_generator((2, 2, 1), (16,)),
        mlp.discriminator((2, 2, 1), hidden_dims=(16,)),
        num_classes=NUM_CLASSES,
    )
    mean, deviation = brightness_by_label(model)
    np.testing.assert_allclose(mean, BRIGHTNESS, atol=0.2)
    assert (deviation < 0.2).all()
    images = np.broadcast_to(BRIGHTNESS.reshape(3, 1, 1, 1), (3, 2, 2, 1)).astype("float32")
    np.testing.assert_array_equal(np.argmax(model.classify(images), axis=1), [0, 1, 2])


def test_the_head_is_normalised_where_the_logits_are():
    critic = mlp.discriminator((2, 2, 1), hidden_dims=(4,), normalization="spectral")
    model = ACGAN(conditional_generator((2, 2, 1)), critic, num_classes=NUM_CLASSES)
    head, features = model.class_head, np.eye(4, dtype="float32")
    head.layer.kernel.assign(5.0 * head.layer.kernel)
    for _ in range(50):
        head(features, training=True)
    weights = np.asarray(head(features)) - np.asarray(head.layer.bias)
    assert np.linalg.norm(weights, 2) == pytest.approx(1, rel=1e-3)
    plain = ACGAN(conditional_generator(), discriminator(), num_classes=NUM_CLASSES)
    assert isinstance(plain.class_head, layers.Dense)


def test_a_penalty_is_added():
    class Penalised(ACGAN):
        def discriminator_penalty(self, images, fakes, labels=None, training=True):
            return tf.constant(7.0)

    networks = conditional_generator(), discriminator()
    images, labels = np.ones((3, 8, 8, 1), "float32"), np.arange(3)
    losses = []
    for model in (ACGAN(*networks, num_classes=NUM_CLASSES), Penalised(*networks, num_classes=NUM_CLASSES)):
        model.class_head.set_weights([np.full(weight.shape, 0.1) for weight in model.class_head.get_weights()])
        losses.append(float(model.discriminator_objective(images, images, labels, labels, training=False)[0]))
    assert losses[1] - losses[0] == pytest.approx(7, rel=1e-5)


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="fake_class_weight is -1; it is a finite number, 0 or more"):
        ACGAN(conditional_generator(), discriminator(), num_classes=NUM_CLASSES, fake_class_weight=-1)
    with pytest.raises(ValueError, match=r"the discriminator has 2 input\(s\); that of ACGAN takes images$"):
        ACGAN(conditional_generator(), conditional_generator(), num_classes=NUM_CLASSES)
