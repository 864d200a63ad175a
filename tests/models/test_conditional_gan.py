"""ConditionalGAN keeps the contract, and its labels decide what is drawn."""

import numpy as np
import pytest
import tensorflow as tf
from conditional_checks import BRIGHTNESS, NUM_CLASSES, ConditionalContract, brightness_by_label, conditional_generator
from tiny_networks import IMAGE_SHAPE, discriminator, generator

from tfgen.models import WGANGP, ConditionalGAN, FeatureMatchingGAN
from tfgen.models.conditional_model import ConditionalModel
from tfgen.networks import conditional


def conditional_discriminator(image_shape=IMAGE_SHAPE, hidden_dims=(6,)):
    base = {"name": "mlp.discriminator", "hidden_dims": hidden_dims}
    return conditional.discriminator(image_shape, NUM_CLASSES, base=base)


class TestConditionalGAN(ConditionalContract):
    def make(self, **compile_arguments):
        model = ConditionalGAN(
            conditional_generator(), conditional_discriminator(), num_classes=NUM_CLASSES, discriminator_steps=2
        )
        model.compile(*self.optimizers(), **compile_arguments)
        return model


def test_samples_fall_where_their_label_says():
    networks = conditional_generator((2, 2, 1), (16,)), conditional_discriminator((2, 2, 1), (16,))
    mean, deviation = brightness_by_label(ConditionalGAN(*networks, num_classes=NUM_CLASSES))
    np.testing.assert_allclose(mean, BRIGHTNESS, atol=0.15)
    assert (deviation < 0.15).all()


def test_the_discriminator_is_given_the_labels_of_its_images():
    model = ConditionalGAN(conditional_generator(), conditional_discriminator(), num_classes=NUM_CLASSES)
    images, labels = np.ones((3, *IMAGE_SHAPE), "float32"), np.array([2, 0, 1])
    np.testing.assert_allclose(model.discriminate(images, labels), model.discriminator([images, labels]), rtol=1e-6)
    assert len(np.unique(model.discriminate(images, labels))) == 3


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (np.eye(3, dtype="int32"), r"int32 of shape \(3, 3\)"),
        (np.zeros((3, 1), "int32"), r"int32 of shape \(3, 1\)"),
        (np.zeros(3, "float32"), r"float32 of shape \(3,\)"),
    ],
)
def test_training_takes_integer_labels_alone(labels, found):
    model = ConditionalGAN(conditional_generator(), conditional_discriminator(), num_classes=NUM_CLASSES)
    model.compile("sgd", "sgd")
    images = np.ones((3, *IMAGE_SHAPE), "float32")
    sentence = f"labels are {found}; a ConditionalGAN takes integers \\(n,\\) from 0 to 2, not one-hot vectors"
    with pytest.raises(ValueError, match=sentence):
        model.train_step((images, labels))
    with pytest.raises(ValueError, match=sentence):
        model.discriminate(images, labels)


class ConditionalFeatureMatching(ConditionalModel, FeatureMatchingGAN):
    pass


class ConditionalWGANGP(ConditionalModel, WGANGP):
    pass


def test_matched_features_know_the_labels():
    networks = conditional_generator(), conditional_discriminator()
    model = ConditionalFeatureMatching(*networks, num_classes=NUM_CLASSES)
    images = np.ones((3, *IMAGE_SHAPE), "float32")
    features = np.asarray(model.features(images, np.array([2, 0, 1])))
    last = model.discriminator.get_layer("logits")
    np.testing.assert_allclose(last(features), model.discriminate(images, np.array([2, 0, 1])), rtol=1e-5, atol=1e-6)
    assert len(np.unique(features.round(5), axis=0)) == 3


def test_a_penalty_is_of_the_slope_at_the_labels():
    networks = conditional_generator(), conditional_discriminator()
    model = ConditionalWGANGP(*networks, num_classes=NUM_CLASSES, penalty_weight=1.0)
    images, labels = np.random.default_rng(0).uniform(-1, 1, (3, *IMAGE_SHAPE)).astype("float32"), np.array([2, 0, 1])
    # Between an image and itself there is no other point, whatever alpha.
    penalties = [float(model.discriminator_penalty(images, images, order)) for order in (labels, np.roll(labels, 1))]
    with tf.GradientTape() as tape:
        points = tf.constant(images)
        tape.watch(points)
        outputs = model.discriminator([points, tf.constant(labels, tf.int32)])
    norms = np.linalg.norm(tape.gradient(outputs, points).numpy().reshape(3, -1), axis=1)
    assert penalties[0] == pytest.approx(((norms - 1) ** 2).mean(), rel=1e-4)
    assert penalties[1] != pytest.approx(penalties[0], rel=1e-4)


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="num_classes is 1; it is 2 or more"):
        ConditionalGAN(conditional_generator(), conditional_discriminator(), num_classes=1)
    with pytest.raises(
        ValueError, match=r"the generator has 1 input\(s\); that of ConditionalGAN takes latents and la"
    ):
        ConditionalGAN(generator(), conditional_discriminator(), num_classes=NUM_CLASSES)
    with pytest.raises(
        ValueError, match=r"the discriminator has 1 input\(s\); that of ConditionalGAN takes images and"
    ):
        ConditionalGAN(conditional_generator(), discriminator(), num_classes=NUM_CLASSES)
