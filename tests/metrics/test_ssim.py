import numpy as np
import pytest
import tensorflow as tf
from scipy.ndimage import gaussian_filter
from skimage import metrics as oracle

from tfgen.metrics import structural_similarity

RNG = np.random.default_rng(0)


def natural(n, height, width, channels):
    """Smooth images with edges, and others that are noisy copies."""
    images = np.clip(6 * gaussian_filter(RNG.normal(size=(n, height, width, channels)), (0, 3, 3, 0)), -1, 1)
    return images, np.clip(images + RNG.normal(0, 0.1, images.shape), -1, 1)


@pytest.mark.parametrize("shape", [(3, 28, 28, 1), (3, 11, 20, 1), (2, 33, 40, 3)])
def test_against_scikit_image(shape):
    for images, others in (natural(*shape), (natural(*shape)[0], natural(*shape)[0])):
        expected = [
            oracle.structural_similarity(
                (image + 1) / 2,
                (other + 1) / 2,
                gaussian_weights=True,
                use_sample_covariance=False,
                data_range=1,
                channel_axis=-1,
            )
            for image, other in zip(images, others, strict=True)
        ]
        np.testing.assert_allclose(structural_similarity(images, others), expected, atol=1e-12)


def test_against_tensorflow_where_nothing_is_flat():
    images, others = natural(4, 32, 32, 3)
    first, second = ((part + 1) / 2 for part in (images, others))
    expected = tf.image.ssim(first.astype(np.float32), second.astype(np.float32), 1.0)
    np.testing.assert_allclose(structural_similarity(images, others), expected, atol=2e-5)


def test_flat_images_have_the_luminance_term_alone():
    first, second = np.full((1, 16, 16, 1), 0.2), np.full((1, 16, 16, 1), 0.6)
    expected = (2 * 0.6 * 0.8 + 1e-4) / (0.6**2 + 0.8**2 + 1e-4)
    np.testing.assert_allclose(structural_similarity(first, second), [expected], rtol=1e-12)


def test_range_and_order():
    images, others = natural(3, 28, 28, 1)
    np.testing.assert_array_equal(structural_similarity(images, images), 1)
    checkers = np.indices((28, 28)).sum(0)[None, ..., None] % 2 * 2.0 - 1
    assert -1 < structural_similarity(checkers, -checkers)[0] < -0.9
    noisier = np.clip(images + 4 * (others - images), -1, 1)
    assert (structural_similarity(images, noisier) < structural_similarity(images, others)).all()
    assert structural_similarity(tf.constant(images, tf.float32), others.astype(np.float32)).dtype == np.float64


def test_small_images_are_refused():
    images = np.zeros((1, 10, 28, 1))
    with pytest.raises(ValueError, match="images are 10x28 pixels; structural similarity looks through a window of 11"):
        structural_similarity(images, images)
