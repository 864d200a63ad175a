"""The corruptions, against their distributions, under XLA and on replicas."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from replicas import two_replicas
from scipy import stats

from tfgen.corruptions import CORRUPTIONS, GaussianNoise, Masking, SaltAndPepper
from tfgen.corruptions.noise import Corruption

GREY = np.full((400, 5, 6, 3), 0.125, "float32")
EACH = pytest.mark.parametrize(
    "corruption",
    [GaussianNoise(0.25), GaussianNoise(0.4, smallest_scale=0.1), Masking(0.3), SaltAndPepper(0.3)],
    ids=["gaussian", "gaussian_range", "masking", "salt_and_pepper"],
)


def test_gaussian_noise_has_twice_its_scale_on_pixels_from_minus_1_to_1():
    noise = GaussianNoise(0.05).corrupt(GREY, (1, 2)).numpy() - GREY
    assert stats.kstest(noise.ravel() / 0.1, "norm").pvalue > 0.01


def test_gaussian_noise_is_cut_to_the_range_of_pixels():
    noisy = GaussianNoise(0.5).corrupt(GREY, (1, 2)).numpy()
    assert (noisy.min(), noisy.max()) == (-1, 1)
    assert np.mean(noisy == 1) == pytest.approx(stats.norm.sf(0.875), abs=0.01)
    assert np.mean(noisy == -1) == pytest.approx(stats.norm.cdf(-1.125), abs=0.01)


def test_each_image_has_a_scale_of_its_own():
    images = np.zeros((2000, 8, 8, 3), "float32")
    noise = GaussianNoise(0.1, smallest_scale=0.02).corrupt(images, (3, 4)).numpy()
    scales = noise.std((1, 2, 3)) / 2
    assert stats.kstest(scales, stats.uniform(0.02, 0.08).cdf).pvalue > 0.01
    assert stats.kstest((noise / noise.std((1, 2, 3), keepdims=True)).ravel()[::7], "norm").pvalue > 0.01
    # The number that decides an image's scale is in none of its pixels, nor in a neighbour's.
    for pixels in (noise[:, 0, 0, 0], noise[:, 0, 0, 1], np.roll(noise[:, -1, -1, -1], 1)):
        assert stats.spearmanr(scales, pixels).pvalue > 0.01
    # Nor does it come from the bits of the first images' pixels, of which each takes two.
    first = np.abs(noise / noise.std((1, 2, 3), keepdims=True)).ravel()[:1000]
    assert stats.spearmanr(scales[::2], first).pvalue > 0.01


def test_masking_turns_whole_pixels_black_and_leaves_the_others():
    masked = Masking(0.3).corrupt(GREY, (1, 2)).numpy()
    lost = (masked == -1).all(-1)
    assert stats.binomtest(int(lost.sum()), lost.size, 0.3).pvalue > 0.01
    np.testing.assert_array_equal(masked[~lost], 0.125)
    assert stats.chisquare(lost.sum(0).ravel()).pvalue > 0.01  # no place is masked more often


def test_salt_is_as_frequent_as_pepper():
    peppered = SaltAndPepper(0.3).corrupt(GREY, (1, 2)).numpy()
    black, white = (peppered == -1).all(-1), (peppered == 1).all(-1)
    for colour in (black, white):
        assert stats.binomtest(int(colour.sum()), colour.size, 0.15).pvalue > 0.01
    np.testing.assert_array_equal(peppered[~(black | white)], 0.125)


def test_a_rate_of_1_leaves_nothing():
    assert (Masking(1).corrupt(GREY, (0, 0)).numpy() == -1).all()
    assert (np.abs(SaltAndPepper(1).corrupt(GREY, (0, 0)).numpy()) == 1).all()


@EACH
def test_a_seed_decides_all_and_fewer_images_are_the_first(corruption):
    images = np.random.default_rng(0).uniform(-1, 1, (6, 4, 5, 2)).astype("float32")
    damaged = corruption.corrupt(images, (1, 2)).numpy()
    assert (damaged.shape, damaged.dtype) == (images.shape, np.float32)
    assert not np.array_equal(damaged, images)
    np.testing.assert_array_equal(corruption.corrupt(images, (1, 2)), damaged)
    assert not np.array_equal(corruption.corrupt(images, (1, 3)), damaged)
    np.testing.assert_allclose(corruption.corrupt(images[:2], (1, 2)), damaged[:2], atol=1e-6)
    compiled = tf.function(corruption.corrupt, jit_compile=True)
    np.testing.assert_allclose(compiled(images, tf.constant((1, 2))), damaged, atol=1e-6)


@EACH
def test_replicas_draw_the_parts_of_what_one_device_draws(corruption):
    images = np.random.default_rng(0).uniform(-1, 1, (3, 4, 5, 2)).astype("float32")
    parts = two_replicas().run(tf.function(lambda: corruption.corrupt(images, (1, 2)))).values
    whole = corruption.corrupt(np.concatenate([images, images]), (1, 2))
    np.testing.assert_allclose(tf.concat(parts, 0), whole, atol=1e-6)


@EACH
def test_half_precision_stays(corruption):
    assert corruption.corrupt(tf.cast(GREY, "bfloat16"), (0, 0)).dtype == "bfloat16"


@EACH
def test_keras_saves_and_restores_it(corruption):
    saved = json.loads(json.dumps(keras.saving.serialize_keras_object(corruption)))
    restored = keras.saving.deserialize_keras_object(saved)
    assert type(restored) is type(corruption)
    np.testing.assert_array_equal(restored.corrupt(GREY, (0, 1)), corruption.corrupt(GREY, (0, 1)))


def test_names():
    assert CORRUPTIONS.names() == ["gaussian_noise", "masking", "salt_and_pepper"]
    assert all(entry.summary for entry in CORRUPTIONS.entries())
    for name in CORRUPTIONS.names():
        assert isinstance(CORRUPTIONS.get(name)(), Corruption)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: GaussianNoise(0), "scale is 0; it is a positive number, in units of the pixels' range"),
        (lambda: GaussianNoise(float("nan")), "scale is nan; it is a positive number, in units of the pixels' range"),
        (lambda: GaussianNoise(0.2, 0.2), "smallest_scale is 0.2; it is 0 or more, and below scale, 0.2"),
        (lambda: GaussianNoise(0.2, -0.1), "smallest_scale is -0.1; it is 0 or more, and below scale, 0.2"),
        (lambda: Masking(0), "rate is 0; the share of the pixels that are lost is above 0 and at most 1"),
        (lambda: SaltAndPepper(1.5), "rate is 1.5; the share of the pixels that are lost is above 0 and at most 1"),
    ],
    ids=["scale", "nan", "range", "negative", "rate", "large_rate"],
)
def test_wrong_constants_are_one_sentence(make, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        make()


def test_the_base_class_says_what_is_missing():
    with pytest.raises(NotImplementedError, match="Corruption does not say how it damages images"):
        Corruption().corrupt(GREY, (0, 0))
