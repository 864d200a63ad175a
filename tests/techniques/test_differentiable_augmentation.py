"""DiffAugment, against loops of NumPy over the images."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from affine import affine_gan
from technique_contract import TechniqueContract

from tfgen import backend
from tfgen.techniques import DifferentiableAugmentation
from tfgen.techniques.differentiable_augmentation import AUGMENTATIONS, color, cutout, translation

HEIGHT, WIDTH = 16, 9  # shifted by up to 2 and 1; holes of 8 and 5


class TestDifferentiableAugmentation(TechniqueContract):
    def techniques(self):
        return [DifferentiableAugmentation()]


def images(count=40, channels=3):
    return np.random.default_rng(0).uniform(-1, 1, (count, HEIGHT, WIDTH, channels)).astype("float32")


def draws(count=40):
    drawn = np.random.default_rng(1).uniform(0, 1, (count, 3)).astype("float32")
    drawn[0], drawn[1] = 0, 1 - 2**-24  # all that `uniform` can give
    return drawn


def test_color():
    x, amounts = images(), draws()
    found = color(tf.constant(x), tf.constant(amounts)).numpy()
    for image, (brightness, saturation, contrast), changed in zip(x.astype("float64"), amounts, found, strict=True):
        image = image + brightness - 0.5
        grey = image.mean(axis=-1, keepdims=True)
        image = grey + (image - grey) * 2 * saturation
        np.testing.assert_allclose(changed, image.mean() + (image - image.mean()) * (0.5 + contrast), atol=1e-5)


def test_color_leaves_the_saturation_of_grey_images():
    x = images(2, channels=1)
    amounts = tf.constant([[0.5, 0.1, 0.5], [0.5, 0.9, 0.5]])
    np.testing.assert_allclose(color(tf.constant(x), amounts), x, atol=1e-6)


def test_translation():
    x, amounts = images(), draws()
    found = translation(tf.constant(x), tf.constant(amounts)).numpy()
    shifts = set()
    for image, (first, second, _), shifted in zip(x, amounts, found, strict=True):
        down, right = int(np.floor(first * 5)) - 2, int(np.floor(second * 3)) - 1
        shifts.add((down, right))
        expected = np.zeros_like(image)
        for row in range(HEIGHT):
            for column in range(WIDTH):
                if 0 <= row - down < HEIGHT and 0 <= column - right < WIDTH:
                    expected[row, column] = image[row - down, column - right]
        np.testing.assert_array_equal(shifted, expected)
    assert {(-2, -1), (2, 1)} <= shifts


def test_cutout():
    x, amounts = images(), draws()
    found = cutout(tf.constant(x), tf.constant(amounts)).numpy()
    for image, (first, second, _), cut in zip(x, amounts, found, strict=True):
        top, left = int(np.floor(first * 17)) - 4, int(np.floor(second * 9)) - 2
        expected = image.copy()
        expected[max(top, 0) : top + 8, max(left, 0) : left + 5] = 0
        np.testing.assert_array_equal(cut, expected)
    # In a corner a quarter of the rectangle is left: the middle never lies outside.
    assert (found[0] == 0).all(axis=-1).sum() == 4 * 3
    assert (found[1] == 0).all(axis=-1).sum() == 4 * 3


@pytest.mark.parametrize("name", AUGMENTATIONS)
@pytest.mark.parametrize("jit_compile", [False, True])
def test_gradients_flow_back(name, jit_compile):
    # Each is an affine map of the image, so that <f(x) - f(0), c> = <x, gradient of <f(x), c>>.
    x, amounts = tf.constant(images()), tf.constant(draws())
    c = tf.constant(np.random.default_rng(2).normal(size=x.shape).astype("float32"))

    @tf.function(jit_compile=jit_compile)
    def gradient(x):
        return backend.input_gradient(lambda inputs: tf.reduce_sum(AUGMENTATIONS[name](inputs, amounts) * c), x)

    slopes = gradient(x).numpy()
    changed = AUGMENTATIONS[name](x, amounts) - AUGMENTATIONS[name](tf.zeros_like(x), amounts)
    expected = np.sum(changed * c, axis=(1, 2, 3))
    np.testing.assert_allclose(np.sum(x * slopes, axis=(1, 2, 3)), expected, rtol=1e-4, atol=1e-3)
    assert (np.abs(slopes).sum(axis=(1, 2, 3)) > 0).all()


def test_the_policy_is_followed_in_its_order():
    x = tf.constant(images())
    technique = DifferentiableAugmentation(["cutout", "translation"])
    drawn = backend.uniform((40, 2, 3), (3, 4))
    expected = translation(cutout(x, drawn[:, 0]), drawn[:, 1])
    np.testing.assert_array_equal(technique.shown(x, (3, 4)), expected)
    assert technique.get_config()["policy"] == ["cutout", "translation"]


def test_each_image_and_each_showing_is_changed_in_its_own_way():
    model = affine_gan(techniques=[DifferentiableAugmentation(["color"])])
    x = tf.ones((5, 2, 2, 1))
    first, second = model.shown(x, True).numpy(), model.shown(x, True).numpy()
    assert len(np.unique(np.concatenate([first, second])[:, 0, 0, 0])) == 10
    np.testing.assert_array_equal(model.shown(x, False), x)


def test_batches_of_unknown_size():
    inputs = keras.Input((HEIGHT, WIDTH, 3))
    technique = DifferentiableAugmentation()
    graph = tf.function(lambda x: technique.shown(x, (1, 2)), input_signature=[tf.TensorSpec((None, HEIGHT, WIDTH, 3))])
    np.testing.assert_allclose(graph(images(3)), technique.shown(tf.constant(images(3)), (1, 2)), atol=1e-6)
    assert inputs.shape[1:] == graph(images(3)).shape[1:]


@pytest.mark.parametrize("policy", [[], ["colour"], "color"])
def test_a_wrong_policy_is_one_sentence(policy):
    with pytest.raises(ValueError, match=r"^policy is .*; it is a list of one or more of color, translation, cutout$"):
        DifferentiableAugmentation(policy)
