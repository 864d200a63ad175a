from types import SimpleNamespace

import keras
import numpy as np
import pytest
from PIL import Image
from skimage.metrics import structural_similarity
from tiny_networks import IMAGE_SHAPE, decoder, encoder

from tfgen.corruptions import GaussianNoise
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
    noise_level,
    split_for_tuning,
    write_named_images,
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
        denoise(SimpleNamespace(serving_signatures=lambda: {"reconstruct": signature}), noisy)


def test_noise_is_that_of_the_seed():
    first, again, other = pairs(300), pairs(300), pairs(300, seed=1)
    np.testing.assert_array_equal(first.noisy, again.noisy)
    assert not np.array_equal(first.noisy - first.clean, other.noisy - other.clean)
    # 300 images take two batches, whose noise differs.
    noise = first.noisy - first.clean
    assert not np.allclose(noise[:44], noise[256:], atol=1e-3)
    assert noise_level(first) == pytest.approx(0.2, rel=0.02)


def test_rows_hold_the_ratios_of_their_images(model):
    measured, tuning = pairs(4), pairs(2, seed=1)
    rows = compare_denoisers(model, measured, tuning, 0.2)
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
    assert compare_denoisers(model, measured, measured, 0.2)[0].ssim == pytest.approx(np.mean(expected), abs=1e-6)


def test_what_cannot_be_compared_is_refused(model):
    good = pairs(3)
    with pytest.raises(ValueError, match=r"and noisy tuning images .*; compare equal numbers"):
        compare_denoisers(model, good, Pairs(good.clean, good.noisy[:2]), 0.2)
    with pytest.raises(ValueError, match="have to differ"):
        compare_denoisers(model, good, good, 0.0)


def test_settings_are_chosen_on_images_that_are_not_measured():
    numbered = np.arange(2000).reshape(-1, 1, 1, 1)
    for count, expected in ((2, 1), (20, 4), (2000, 200)):
        measured, tuning = split_for_tuning(Pairs(numbered[:count], -numbered[:count]))
        assert len(tuning.clean) == expected
        np.testing.assert_array_equal(np.concatenate([tuning.clean, measured.clean]), numbered[:count])
        np.testing.assert_array_equal(measured.noisy, -measured.clean)
    with pytest.raises(ValueError, match="there is 1 image; give 2 or more"):
        split_for_tuning(Pairs(numbered[:1], numbered[:1]))


def test_the_best_filter_is_no_model():
    rows = [
        Denoised("model", None, 9.0, None),
        Denoised("median", None, 3.0, None),
        Denoised("wavelets", None, 4, None),
    ]
    assert best_filter(rows).name == "wavelets"


def test_images_keep_their_names(tmp_path):
    images = np.linspace(-1, 1, 3, dtype=np.float32).reshape(3, 1, 1, 1) + np.zeros((3, 4, 5, 1), np.float32)
    write_named_images(images, ["a.jpg", "sub/a.jpg", "b.PNG"], tmp_path / "clean")
    found = {str(path.relative_to(tmp_path)): np.asarray(Image.open(path)) for path in tmp_path.rglob("*.png")}
    assert {name: int(pixels[0, 0]) for name, pixels in found.items()} == {
        "clean/a.png": 0,
        "clean/sub/a.png": 128,
        "clean/b.png": 255,
    }
    for names, sentence in (
        (["a.jpg", "a.png", "b.png"], "two of the images would be written as a.png"),
        (["a.jpg", "../a.png", "b.png"], "leads out of the folder"),
        (["a.jpg", "/a.png", "b.png"], "leads out of the folder"),
    ):
        with pytest.raises(ValueError, match=sentence):
            write_named_images(images, names, tmp_path / "other")
        assert not (tmp_path / "other").exists()
