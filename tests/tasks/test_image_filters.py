import numpy as np
import pytest
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle, denoise_wavelet

from tfgen.tasks import image_filters
from tfgen.tasks.image_filters import FILTERS, Filter, tuned, undo_clipping

NOISE = 0.4


@pytest.fixture(scope="module")
def pairs():
    """Four images, half black and half light grey, and with noise that is cut to the range."""
    clean = np.full((4, 16, 16, 1), -1.0, np.float32)
    clean[:, 4:12, 8:] = 0.6
    noise = np.random.default_rng(0).normal(0, NOISE, clean.shape)
    return clean, np.clip(clean + noise, -1, 1).astype(np.float32)


def psnr(images, others):
    return np.mean([10 * np.log10(4 / np.mean((a - b) ** 2)) for a, b in zip(images, others, strict=True)])


def test_median_is_that_of_each_window(pairs):
    noisy = np.concatenate(pairs, axis=-1)
    found = image_filters.median(noisy, NOISE, size=3)
    windows = np.lib.stride_tricks.sliding_window_view(noisy, (3, 3), axis=(1, 2))
    np.testing.assert_array_equal(found[:, 1:-1, 1:-1], np.median(windows, axis=(-2, -1)))


def test_others_are_those_of_scikit_image(pairs):
    _, noisy = pairs

    def shrunk(image, shift):
        moved = denoise_wavelet(np.roll(image, shift, (0, 1)), 0.5 * NOISE, "db1", wavelet_levels=4)
        return np.roll(moved, (-shift[0], -shift[1]), (0, 1))

    cases = {
        image_filters.non_local_means: (
            {"patch_size": 3, "allowance": 0.7, "strength": 0.5},
            lambda image: denoise_nl_means(image, 3, 7, 0.5 * NOISE, sigma=0.7 * NOISE),
        ),
        image_filters.wavelet: (
            # A wavelet of 2 taps halves 16 pixels four times.
            {"wavelet": "db1", "levels": 9, "strength": 0.5},
            lambda image: np.mean([shrunk(image, shift) for shift in np.ndindex(4, 4)], axis=0),
        ),
        image_filters.total_variation: (
            {"strength": 0.5},
            lambda image: denoise_tv_chambolle(image, 0.5 * NOISE),
        ),
    }
    for function, (settings, expected) in cases.items():
        found = function(noisy, NOISE, **settings)
        assert (found.shape, found.dtype) == (noisy.shape, np.float32)
        for image, filtered in zip(noisy[..., 0], found[..., 0], strict=True):
            np.testing.assert_allclose(filtered, np.clip(expected(image), -1, 1), atol=1e-5)


def test_clipping_is_undone_on_average():
    values = np.array([-1.0, -0.8, -0.3, 0.0, 0.5, 0.95, 1.0])
    draws = np.random.default_rng(0).normal(values, 0.7, (1_000_000, 7))
    means = np.clip(draws, -1, 1).mean(axis=0)
    assert np.abs(means - values).max() > 0.25
    np.testing.assert_allclose(undo_clipping(means, 0.7), values, atol=0.005)


def test_the_best_settings_are_chosen(pairs):
    clean, noisy = pairs
    candidate = Filter(image_filters.total_variation, {"strength": (0.01, 0.5, 5.0)})
    best = tuned(candidate, clean, noisy, NOISE)
    ratios = {}
    for strength in (0.01, 0.5, 5.0):
        filtered = image_filters.total_variation(noisy, NOISE, strength=strength)
        ratios[strength, False] = psnr(clean, filtered)
        ratios[strength, True] = psnr(clean, undo_clipping(filtered, NOISE))
    assert (best.settings["strength"], best.unclip) == max(ratios, key=ratios.get) == (0.5, True)
    assert psnr(clean, best(noisy, NOISE)) == pytest.approx(ratios[0.5, True], rel=1e-6)
    assert str(best) == "strength 0.5, clipping undone"


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_takes_noise_out_of_grey_and_of_coloured_images(pairs, name):
    for channels in (1, 3):
        clean, noisy = (np.repeat(images[:2], channels, axis=-1) for images in pairs)
        filtered = tuned(FILTERS[name], clean, noisy, NOISE)(noisy, NOISE)
        assert filtered.shape == noisy.shape
        assert np.abs(filtered).max() <= 1
        assert psnr(clean, filtered) > psnr(clean, noisy) + 3
