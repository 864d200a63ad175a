from types import SimpleNamespace

import keras
import numpy as np
import pytest
from skimage.metrics import structural_similarity
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.corruptions import GaussianNoise
from tfgen.data.pictures import from_uint8
from tfgen.models import Autoencoder
from tfgen.models.image_model import Signature
from tfgen.networks import mlp
from tfgen.tasks.denoising import (
    Denoised,
    Pairs,
    best_filter,
    compare_denoisers,
    corrupted,
    denoise,
    denoised_batches,
    noise_level,
    split_for_tuning,
)
from tfgen.tasks.image_filters import FILTERS


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return Autoencoder(encoder(), decoder())


def pairs(count, seed=0, shape=IMAGE_SHAPE):
    clean = np.random.default_rng(seed).uniform(-0.5, 0.5, (count, 1, 1, shape[-1])) + np.zeros((count, *shape))
    return corrupted(clean.astype(np.float32), GaussianNoise(0.1), seed)


def test_the_model_reconstructs_what_is_noisy(model):
    noisy = pairs(5).noisy
    np.testing.assert_allclose(denoise(model, noisy), model.reconstruct(noisy), atol=1e-6)
    with pytest.raises(ValueError, match="the model takes"):
        denoise(model, pairs(5, shape=(6, 5, 1)).noisy)
    with pytest.raises(ValueError, match=r"finite values in \[-1, 1\]"):
        denoise(model, 3 * noisy)
    signature = Signature(None, (SimpleNamespace(name="images"), SimpleNamespace(name="labels")), "images")
    with pytest.raises(ValueError, match="is told the class of each image"):
        denoise(SimpleNamespace(signature=lambda name: signature), noisy)


def test_batches_are_what_the_whole_array_gives(model):
    images = np.random.default_rng(0).integers(0, 256, (300, *IMAGE_SHAPE), np.uint8)
    found = list(denoised_batches(model, images))
    assert [len(batch) for batch in found] == [256, 44]
    np.testing.assert_allclose(np.concatenate(found), denoise(model, from_uint8(images)), atol=1e-6)
    assert list(denoised_batches(model, images[:0])) == []


def test_noise_is_that_of_the_seed():
    first, again, other = pairs(300), pairs(300), pairs(300, seed=1)
    np.testing.assert_array_equal(first.noisy, again.noisy)
    assert not np.array_equal(first.noisy - first.clean, other.noisy - other.clean)
    # 300 images take two batches, whose noise differs.
    noise = first.noisy - first.clean
    assert not np.allclose(noise[:44], noise[256:], atol=1e-3)
    assert noise_level(first) == pytest.approx(0.2, rel=0.02)
    # The greatest seed has a second draw too.
    images = np.zeros((2, *IMAGE_SHAPE), np.float32)
    draws = [corrupted(images, GaussianNoise(0.1), 2**63 - 1, draw).noisy for draw in (0, 0, 1)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert abs(np.corrcoef(draws[0].ravel(), draws[2].ravel())[0, 1]) < 0.5


@pytest.mark.parametrize("scale", [0.2, 0.6, 1.2])
def test_level_is_that_of_the_noise_before_it_was_cut(scale):
    clean = np.random.default_rng(0).choice([-1.0, -0.9, 0.2, 1.0], (20, 40, 40, 1), p=[0.6, 0.1, 0.1, 0.2])
    noise = np.random.default_rng(1).normal(0, scale, clean.shape)
    noisy = np.clip(clean + noise, -1, 1)
    assert np.sqrt(np.mean((noisy - clean) ** 2)) < 0.85 * scale
    assert noise_level(Pairs(clean, noisy)) == pytest.approx(scale, rel=0.03)
    # As a file of bytes holds them.
    assert noise_level(Pairs(clean, np.rint(noisy * 127.5 + 127.5) / 127.5 - 1)) == pytest.approx(scale, rel=0.03)
    assert noise_level(Pairs(clean, clean)) == 0


def test_rows_hold_the_ratios_of_their_images(model):
    measured, tuning = pairs(4), pairs(2, seed=1)
    rows = compare_denoisers(denoise(model, measured.noisy), measured, tuning, 0.2)
    assert [row.name for row in rows] == ["noisy", "model", *FILTERS]
    np.testing.assert_array_equal(rows[0].images, measured.noisy)
    np.testing.assert_allclose(rows[1].images, model.reconstruct(measured.noisy), atol=1e-6)
    for row in rows:
        errors = np.square(row.images - measured.clean, dtype=np.float64).mean(axis=(1, 2, 3))
        assert row.psnr == pytest.approx(np.mean(10 * np.log10(4 / errors)), rel=1e-6)
        # 8x8 pixels do not hold the window.
        assert row.ssim is None
    # Flat images are what filters are best at.
    best = best_filter(rows)
    assert best.psnr == max(row.psnr for row in rows[2:])
    assert best.psnr > rows[0].psnr + 5
    assert best.settings


def test_similarity_of_images_that_hold_its_window():
    shape = (12, 12, 1)
    model = Autoencoder(mlp.encoder(shape, 3, hidden_dims=(4,)), mlp.decoder(shape, 3, hidden_dims=(4,)))
    measured = pairs(2, shape=shape)
    arguments = {"data_range": 1, "gaussian_weights": True, "use_sample_covariance": False, "full": True}
    expected = []
    for clean, noisy in zip((measured.clean + 1) / 2, (measured.noisy + 1) / 2, strict=True):
        _, places = structural_similarity(clean[..., 0].astype(float), noisy[..., 0].astype(float), **arguments)
        expected.append(places[5:-5, 5:-5].mean())
    denoised = denoise(model, measured.noisy)
    assert compare_denoisers(denoised, measured, measured, 0.2)[0].ssim == pytest.approx(np.mean(expected), abs=1e-6)


def test_what_cannot_be_compared_is_refused():
    good = pairs(3)
    with pytest.raises(ValueError, match=r"and noisy tuning images .*; compare equal numbers"):
        compare_denoisers(good.noisy, good, Pairs(good.clean, good.noisy[:2]), 0.2)
    with pytest.raises(ValueError, match=r"and denoised images .*; compare equal numbers"):
        compare_denoisers(good.noisy[:2], good, good, 0.2)
    with pytest.raises(ValueError, match="have to differ"):
        compare_denoisers(good.noisy, good, good, 0.0)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(10, [0, 5]), (11, [0, 5, 10]), (1000, list(range(0, 1000, 5))), (2001, list(range(0, 2001, 11)))],
    ids=["10", "11", "1000", "2001"],
)
def test_settings_are_chosen_on_every_fifth_image_or_fewer(count, expected):
    measured, tuning = split_for_tuning(count)
    assert tuning.tolist() == expected
    assert len(tuning) <= 200
    assert sorted([*measured, *tuning]) == list(range(count))


def test_few_images_cannot_be_split():
    with pytest.raises(ValueError, match="the number of images is 9; give 10 or more, for the filters' settings"):
        split_for_tuning(9)


def test_the_best_filter_is_no_model():
    rows = [
        Denoised("model", None, 9.0, None),
        Denoised("median", None, 3.0, None),
        Denoised("wavelets", None, 4, None),
    ]
    assert best_filter(rows).name == "wavelets"
