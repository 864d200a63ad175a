import numpy as np
import pytest
import tensorflow as tf
from scipy.ndimage import gaussian_filter

from tfgen.metrics import ms_ssim_diversity, ms_ssim_levels, multiscale_structural_similarity, structural_similarity

RNG = np.random.default_rng(0)
WEIGHTS = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])


def natural(n, height, width, channels, noise=0.2):
    images = np.clip(6 * gaussian_filter(RNG.normal(size=(n, height, width, channels)), (0, 3, 3, 0)), -1, 1)
    return images, np.clip(images + RNG.normal(0, noise, images.shape), -1, 1)


@pytest.mark.parametrize(
    ("side", "levels"), [(11, 1), (21, 1), (22, 2), (28, 2), (32, 2), (64, 3), (128, 4), (175, 4), (176, 5), (1024, 5)]
)
def test_levels(side, levels):
    assert ms_ssim_levels(side, 2 * side) == ms_ssim_levels(2 * side, side) == levels


@pytest.mark.parametrize("shape", [(3, 28, 28, 1), (2, 32, 32, 3), (2, 45, 51, 1), (1, 176, 180, 3)])
def test_against_tensorflow(shape):
    levels = ms_ssim_levels(*shape[1:3])
    weights = WEIGHTS[:levels] / WEIGHTS[:levels].sum()
    images, others = natural(*shape)
    first, second = (((part + 1) / 2).astype(np.float32) for part in (images, others))
    expected = tf.image.ssim_multiscale(first, second, 1.0, power_factors=weights)
    np.testing.assert_allclose(multiscale_structural_similarity(images, others), expected, atol=2e-5)


def test_one_level_is_the_plain_index():
    images, others = natural(3, 16, 21, 1)
    np.testing.assert_allclose(
        multiscale_structural_similarity(images, others), structural_similarity(images, others), rtol=1e-12
    )


def test_negative_similarity_counts_as_nothing():
    checkers = np.indices((28, 28)).sum(0)[None, ..., None] % 2 * 2.0 - 1
    assert multiscale_structural_similarity(checkers, -checkers) == 0
    np.testing.assert_allclose(multiscale_structural_similarity(checkers, checkers), 1)


def test_small_images_are_refused():
    images = np.zeros((4, 28, 10, 1))
    with pytest.raises(ValueError, match="28x10 pixels"):
        multiscale_structural_similarity(images, images)
    with pytest.raises(ValueError, match="28x10 pixels"):
        ms_ssim_levels(28, 10)


def test_diversity_is_the_mean_over_distinct_images():
    images = natural(12, 28, 28, 1)[0]
    result = ms_ssim_diversity(images, pairs=6, seed=3)
    order = np.random.default_rng(3).permutation(12)
    similarities = np.array(
        [
            multiscale_structural_similarity(images[[i]], images[[j]])[0]
            for i, j in zip(order[:6], order[6:], strict=True)
        ]
    )
    assert result.mean == pytest.approx(similarities.mean())
    assert result.standard_error == pytest.approx(similarities.std(ddof=1) / np.sqrt(6))
    assert (result.pairs, result.levels) == (6, 2)
    assert result == ms_ssim_diversity(images, pairs=6, seed=3) != ms_ssim_diversity(images, pairs=6, seed=4)


def test_diversity_sees_collapse():
    one = np.repeat(natural(1, 32, 32, 3)[0], 20, axis=0)
    collapsed = ms_ssim_diversity(one, pairs=10)
    assert collapsed.mean == pytest.approx(1)
    assert collapsed.standard_error == pytest.approx(0, abs=1e-9)
    noisy = np.clip(one + RNG.normal(0, 0.05, one.shape), -1, 1)
    diverse = ms_ssim_diversity(natural(20, 32, 32, 3)[0], pairs=10)
    assert diverse.mean < ms_ssim_diversity(noisy, pairs=10).mean < 1


@pytest.mark.parametrize("pairs", [1, 4])
def test_too_few_images_for_the_pairs(pairs):
    with pytest.raises(ValueError, match=f"pairs is {pairs}; 6 images make 2 to 3 pairs without an image twice"):
        ms_ssim_diversity(natural(6, 28, 28, 1)[0], pairs=pairs)
