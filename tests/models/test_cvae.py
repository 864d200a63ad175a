"""CVAE keeps the contract; its bound against NumPy on linear networks; labels say the class and codes the rest."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from conditional_checks import BRIGHTNESS, NUM_CLASSES, LabelledContract
from keras import layers
from scipy import special
from sklearn.linear_model import LogisticRegression
from tiny_networks import IMAGE_SHAPE, LATENT_DIM

from tfgen.losses import Gaussian
from tfgen.models import CVAE, VAE
from tfgen.networks import conditional, mlp

SHAPE = (2, 2, 1)
LABELS = np.array([0, 2, 1, 1, 0, 2])


def networks(image_shape=IMAGE_SHAPE, latent_dim=LATENT_DIM, hidden_dims=(6,)):
    mlp_of = lambda role: {"name": f"mlp.{role}", "hidden_dims": hidden_dims}  # noqa: E731
    return (
        conditional.encoder(image_shape, 2 * latent_dim, NUM_CLASSES, base=mlp_of("encoder")),
        conditional.decoder(
            image_shape,
            latent_dim,
            NUM_CLASSES,
            base={**mlp_of("decoder"), "output_activation": "linear"},
            embedding_dim=2,
        ),
    )


class TestCVAE(LabelledContract):
    log_names = ("loss", "reconstruction_loss", "kl_loss", "elbo")

    def make(self, **compile_arguments):
        model = CVAE(*networks(), num_classes=NUM_CLASSES, kl_weight=0.5, seed=2)
        model.compile(keras.optimizers.Adam(1e-3, use_ema=True, ema_momentum=0.9), **compile_arguments)
        return model

    def served(self, model, n, values):
        images, codes, labels = (values[name] for name in ("images", "codes", "labels"))
        return {
            **super().served(model, n, values),
            "encode": model.encode(images, labels),
            "decode": model.decode(codes, labels),
            "reconstruct": model.reconstruct(images, labels),
            "anomaly_score": model.anomaly_score(images, labels),
        }

    def test_predict_is_reconstruct(self, trained):
        images, labels = self.data(trained)
        np.testing.assert_allclose(
            trained.predict([images, labels], batch_size=5, verbose=0), trained.reconstruct(images, labels), atol=1e-6
        )

    def test_batches_of_images_come_with_their_labels(self, trained):
        images, labels = self.data(trained)
        batches = list(trained.in_batches("reconstruct", images, labels=labels, batch_size=5))
        np.testing.assert_allclose(np.concatenate(batches), trained.reconstruct(images, labels), atol=1e-6)
        with pytest.raises(
            ValueError, match=r"^this CVAE needs labels for encode, and was given none; give images with labels"
        ):
            trained.in_batches("encode", images)
        with pytest.raises(ValueError, match=r"^labels go from 0 to 3; the classes are 0 to 2"):
            trained.in_batches("encode", images, labels=np.arange(len(images)) % 4)

    def test_images_alone_are_refused(self, trained):
        images = self.images(trained)
        with pytest.raises(ValueError, match=r"^a CVAE needs labels and was given none"):
            trained.reconstruct(images, None)
        with pytest.raises(ValueError, match=r"^labels go from 0 to 11; the classes are 0 to 2"):
            trained.encode(images, np.arange(12))


def linear_cvae(**arguments):
    keras.utils.set_random_seed(0)
    images, codes, labels = keras.Input(SHAPE), keras.Input((2,)), keras.Input((), dtype="int32")
    told = lambda inputs: layers.Concatenate()([layers.Flatten()(inputs), layers.Embedding(3, 3)(labels)])  # noqa: E731
    encoder = keras.Model([images, labels], layers.Dense(4, bias_initializer="normal")(told(images)))
    outputs = layers.Reshape(SHAPE)(layers.Dense(4, bias_initializer="normal")(told(codes)))
    model = CVAE(encoder, keras.Model([codes, labels], outputs), num_classes=3, **arguments)
    model.compile(keras.optimizers.SGD(0.1))
    return model


def linear(network, inputs, labels):
    embedding, kernel, bias = network.get_weights()
    return np.concatenate([inputs.reshape(len(inputs), -1), embedding[labels]], axis=1) @ kernel + bias


def test_logs_are_the_conditional_bound_in_nats():
    model = linear_cvae(kl_weight=3.0, seed=5)
    images = np.random.default_rng(0).uniform(-1, 1, (6, *SHAPE)).astype("float32")
    mean, log_variance = np.split(linear(model.encoder, images, LABELS), 2, axis=1)
    targets = (images.reshape(6, -1) + 1) / 2

    def error(codes):
        logits = linear(model.decoder, codes, LABELS)
        return -(targets * special.log_expit(logits) + (1 - targets) * special.log_expit(-logits)).sum(1)

    kl = 0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1).sum(1)
    np.testing.assert_allclose(model.anomaly_score(images, LABELS), error(mean) + kl, rtol=1e-4)
    np.testing.assert_allclose(model.reconstruction_error(images, LABELS), error(mean), rtol=1e-4)
    noise = np.asarray(model.latents(6, model.seed_generator.state.numpy()))
    reconstruction = error(mean + np.exp(log_variance / 2) * noise).mean()
    logs = {name: float(value) for name, value in model.train_step((tf.constant(images), tf.constant(LABELS))).items()}
    assert logs == pytest.approx(
        {
            "reconstruction_loss": reconstruction,
            "kl_loss": kl.mean(),
            "elbo": -(reconstruction + kl.mean()),
            "loss": reconstruction + 3.0 * kl.mean(),
        },
        rel=1e-4,
    )


def test_labels_say_the_class_and_codes_do_not():
    random = np.random.default_rng(0)
    labels = random.integers(NUM_CLASSES, size=32 * 400)
    # The class is the brightness; the style, which is no matter of the class, the contrast between left and right.
    style = random.normal(0, 0.3, len(labels)).reshape(-1, 1, 1, 1) * np.array([1.0, -1.0]).reshape(1, 1, 2, 1)
    images = (BRIGHTNESS[labels].reshape(-1, 1, 1, 1) + style).repeat(2, axis=1).astype("float32")
    keras.utils.set_random_seed(0)
    told = CVAE(*networks(SHAPE, 2, (16,)), Gaussian(0.1), num_classes=NUM_CLASSES)
    untold = VAE(
        mlp.encoder(SHAPE, 4, hidden_dims=(16,)),
        mlp.decoder(SHAPE, 2, hidden_dims=(16,), output_activation="linear"),
        Gaussian(0.1),
    )
    # Codes forget the class late; that those of a VAE hold it is seen soon.
    for model, count in ((told, len(images)), (untold, 32 * 50)):
        model.compile(keras.optimizers.Adam(5e-3), jit_compile=False)
        model.fit(images[:count], labels[:count], batch_size=32, verbose=0)
    samples = told.sample(300, seed=0).mean(axis=(1, 2, 3)).reshape(-1, NUM_CLASSES)
    np.testing.assert_allclose(samples.mean(axis=0), BRIGHTNESS, atol=0.1)
    assert (samples.std(axis=0) < 0.15).all()
    seen, truth = images[:900], labels[:900]
    accuracies = [
        LogisticRegression().fit(codes, truth).score(codes, truth)
        for codes in (np.asarray(told.encode(seen, truth)), np.asarray(untold.encode(seen)))
    ]
    assert accuracies[0] < 0.45
    assert accuracies[1] > 0.9


def test_arguments_are_checked():
    with pytest.raises(ValueError, match=r"^the decoder has 1 input\(s\); that of CVAE takes codes and labels"):
        CVAE(networks()[0], mlp.decoder(IMAGE_SHAPE, LATENT_DIM), num_classes=NUM_CLASSES)
    with pytest.raises(ValueError, match=r"^num_classes is 1; it is 2 or more"):
        CVAE(*networks(), num_classes=1)
