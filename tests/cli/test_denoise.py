import re
import zipfile

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import write_finished_run

from tfgen.corruptions import GaussianNoise
from tfgen.data import ImageSet
from tfgen.data.pictures import from_uint8
from tfgen.tasks import denoising
from tfgen.zoo import load

SHAPE = (12, 12)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_finished_run(tmp_path_factory.mktemp("runs") / "tiny", "autoencoder", image_shape=(*SHAPE, 1))


@pytest.fixture
def compared(monkeypatch):
    """What `compare_denoisers` is given, in place of the filters' minutes of work."""
    seen = []

    def compare(denoised, measured, tuning, noise):
        seen.append((denoised, measured, tuning, noise))
        rows = {"noisy": measured.noisy, "model": denoised, "median": measured.noisy}
        return [denoising.Denoised(name, images, 1.0, None) for name, images in rows.items()]

    monkeypatch.setattr(denoising, "compare_denoisers", compare)
    return seen


def write_photos(folder, count=10, shape=SHAPE, seed=0, noise=0.0):
    folder.mkdir(parents=True)
    shades = np.random.default_rng(0).integers(60, 200, count)
    random = np.random.default_rng(seed)
    for index, shade in enumerate(shades):
        pixels = np.clip(np.rint(shade + random.normal(0, noise, shape)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"photo{index}.png")
    return folder


def pixels(folder):
    return {path.name: np.asarray(Image.open(path)) for path in sorted(folder.iterdir())}


def test_noisy_images_come_back_under_their_names(tfgen_command, run, tmp_path):
    photos = write_photos(tmp_path / "noisy", noise=20.0)
    code, out, err = tfgen_command("denoise", run, "--images", photos, "--output", tmp_path / "clean")
    assert code == 0, err
    assert out == f"wrote 10 denoised images of noisy, 10 images to {tmp_path / 'clean'}\n"
    noisy, found = pixels(photos), pixels(tmp_path / "clean")
    assert list(found) == list(noisy)
    images = np.stack(list(noisy.values()))[..., None] / np.float32(127.5) - 1
    expected = np.asarray(load(str(run)).reconstruct(images))[..., 0]
    np.testing.assert_allclose(np.stack(list(found.values())) / 127.5 - 1, expected, atol=0.51 / 127.5)


def test_arrays_and_pictures(tfgen_command, run, tmp_path):
    photos = write_photos(tmp_path / "noisy", noise=20.0)
    for name in ("clean.npz", "pairs.png"):
        assert tfgen_command("denoise", run, "--images", photos, "--n", 4, "--output", tmp_path / name)[0] == 0
    with np.load(tmp_path / "clean.npz") as file:
        assert file["images"].shape == (4, *SHAPE, 1)
    # Noisy ones above denoised ones, eight places in a row.
    assert Image.open(tmp_path / "pairs.png").size == (8 * 14 + 2, 2 * 14 + 2)


def test_measured_against_clean_images(tfgen_command, run, tmp_path):
    clean, noisy = write_photos(tmp_path / "clean"), write_photos(tmp_path / "noisy", noise=20.0)
    code, out, err = tfgen_command("denoise", run, "--images", noisy, "--clean", clean, "--output", tmp_path / "out")
    assert code == 0, err
    # All are denoised; the first and the sixth are those that settings are chosen on.
    assert len(pixels(tmp_path / "out")) == 10
    assert "means over 8 images; the filters' settings are the best on 2 others" in out
    table = {name: float(ratio) for name, ratio in re.findall(r"^ *(\w[\w/. -]*?) {2,}(\d+\.\d\d) ", out, re.MULTILINE)}
    assert set(table) >= {"noisy", "median", "non-local means", "wavelets", "total variation"}
    measured = np.delete(list(pixels(clean)), [0, 5])
    differences = [(pixels(noisy)[name] / 255 - pixels(clean)[name] / 255) ** 2 for name in measured]
    expected = np.mean([-10 * np.log10(each.mean()) for each in differences])
    assert table["noisy"] == pytest.approx(expected, abs=0.006)
    assert table["total variation"] > table["noisy"] + 5


def test_noise_is_added_and_measured(tfgen_command, run, tmp_path):
    photos = write_photos(tmp_path / "photos")
    outputs = []
    for name, more in (("a", []), ("b", ["--seed", 0]), ("c", ["--seed", 1]), ("d", ["--corruption", "masking"])):
        arguments = ("--images", photos, "--noise", 0.2, *more, "--output", tmp_path / f"{name}.png")
        code, out, err = tfgen_command("denoise", run, *arguments)
        assert code == 0, err
        outputs.append((tmp_path / f"{name}.png").read_bytes())
    assert outputs[0] == outputs[1] != outputs[2] != outputs[3]
    # Clean, noisy, the model's, the best filter's.
    assert Image.open(tmp_path / "a.png").size == (8 * 14 + 2, 4 * 14 + 2)
    assert f"rows of clean, noisy, {run}, " in out


def as_floats(folder):
    return from_uint8(np.stack(list(pixels(folder).values()))[..., None])


def test_settings_are_chosen_on_every_fifth_pair_and_the_others_measured(tfgen_command, run, tmp_path, compared):
    clean, noisy = write_photos(tmp_path / "clean", 12), write_photos(tmp_path / "noisy", 12, noise=40.0)
    arguments = ("--images", noisy, "--clean", clean, "--n", 11, "--output", tmp_path / "out")
    code, out, err = tfgen_command("denoise", run, *arguments)
    assert code == 0, err
    ((denoised, measured, tuning, noise),) = compared
    rows, chosen = [1, 2, 3, 4, 6, 7, 8, 9], [0, 5, 10]
    for pairs, indices in ((measured, rows), (tuning, chosen)):
        np.testing.assert_array_equal(pairs.clean, as_floats(clean)[indices])
        np.testing.assert_array_equal(pairs.noisy, as_floats(noisy)[indices])
    np.testing.assert_allclose(denoised, load(str(run)).reconstruct(measured.noisy), atol=1e-6)
    assert noise == pytest.approx(denoising.noise_level(tuning))
    assert "means over 8 images; the filters' settings are the best on 3 others" in out
    assert list(pixels(tmp_path / "out")) == list(pixels(noisy))[:11]


def test_training_images_choose_the_settings_under_other_noise(tfgen_command, run, monkeypatch, compared):
    images = np.random.default_rng(0).integers(0, 256, (300, *SHAPE, 1), np.uint8)
    read = []

    def load_images(name, split, *, image_size, data_dir):
        read.append((name, split, image_size))
        return ImageSet(images, origin="made up")

    monkeypatch.setattr("tfgen.data.load_images", load_images)
    greatest = 2**63 - 1
    code, out, err = tfgen_command("denoise", run, "--noise", 0.1, "--n", 250, "--seed", greatest)
    assert code == 0, err
    assert read == [("fashion_mnist", "test", 12), ("fashion_mnist", "train", 12)]
    ((_, measured, tuning, noise),) = compared
    assert noise == 0.2
    np.testing.assert_array_equal(measured.clean, from_uint8(images[:250]))
    np.testing.assert_array_equal(tuning.clean, from_uint8(images[:200]))
    expected = denoising.corrupted(measured.clean, GaussianNoise(0.1), greatest)
    np.testing.assert_array_equal(measured.noisy, expected.noisy)
    # Here they are the same images, and only the noise can differ.
    assert np.mean(measured.noisy[:200] == tuning.noisy) < 0.2
    assert "means over 250 images; the filters' settings are the best on 200 others" in out

    read.clear()
    code, out, err = tfgen_command("denoise", run, "--noise", 0.1, "--n", 20, "--split", "train")
    assert code == 0, err
    assert read == [("fashion_mnist", "train", 12)]
    assert "means over 16 images; the filters' settings are the best on 4 others" in out


@pytest.mark.parametrize(
    ("splits", "measured", "chosen"),
    [([""], 8, 2), (["train", "test"], 10, 6), (["test"], 8, 2)],
    ids=["flat", "both splits", "test only"],
)
def test_a_folder_that_the_run_was_trained_on(tfgen_command, tmp_path, compared, splits, measured, chosen):
    for split in splits:
        write_photos(tmp_path / "data" / split, count=6 if split == "train" else 10, noise=30.0)
    own = write_finished_run(tmp_path / "own", "autoencoder", image_shape=(*SHAPE, 1))
    recipe = own / "recipe.toml"
    recipe.write_text(recipe.read_text().replace('"fashion_mnist"', f'"{tmp_path / "data"}"'))
    code, out, err = tfgen_command("denoise", own, "--noise", 0.1, "--output", tmp_path / "out")
    assert code == 0, err
    assert f"means over {measured} images; the filters' settings are the best on {chosen} others" in out
    ((_, pairs, tuning, _),) = compared
    if "train" not in splits:
        # No image is in both.
        assert not (pairs.clean[:, None] == tuning.clean).all(axis=(2, 3, 4)).any()
    assert list(pixels(tmp_path / "out")) == [f"photo{index}.png" for index in range(10)]


def test_zips_match_whatever_folder_is_around_them(tfgen_command, run, tmp_path, compared):
    for name, noise in (("orig", 0.0), ("noisy", 20.0)):
        folder = write_photos(tmp_path / name, noise=noise)
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            for path in folder.iterdir():
                archive.write(path, f"{name}/{path.name}")
    arguments = ("--images", tmp_path / "noisy.zip", "--clean", tmp_path / "orig.zip", "--output", tmp_path / "out")
    code, _, err = tfgen_command("denoise", run, *arguments)
    assert code == 0, err
    assert list(pixels(tmp_path / "out")) == [f"photo{index}.png" for index in range(10)]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    here = tmp_path_factory.mktemp("folders")
    write_photos(here / "photos")
    write_photos(here / "small", shape=(9, 12))
    write_photos(here / "coloured", shape=(*SHAPE, 3))
    write_photos(here / "damaged")
    (here / "damaged" / "photo2.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (here / "empty").mkdir()
    for name, new in (("renamed", "other.png"), ("twice", "photo1.jpg")):
        write_photos(here / name)
        (here / name / "photo0.png").rename(here / name / new)
    return here


@pytest.fixture(scope="module")
def model(run):
    return load(str(run))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say which images are noisy by --images, or how much noise to add by --noise"),
        (("--images", "photos"), "there is nothing to do; give --output, or --clean to measure against"),
        (("--images", "photos", "--output", "out", "--seed", "1"), "--corruption and --seed go with --noise"),
        (("--noise", "0.2", "--corruption", "gausian_noise"), "did you mean gaussian_noise"),
        (("--noise", "1.5", "--corruption", "masking", "--images", "damaged"), "rate is 1.5"),
        (("--noise", "0.2", "--images", "photos", "--n", "9", "--output", "out"), "images is 9; give 10 or more"),
        (("--images", "small", "--output", "out"), "9x12 pixels and the model takes 12x12; --resize"),
        (("--images", "coloured", "--output", "out"), "are coloured and the model takes grey ones"),
        (("--images", "empty", "--output", "out"), "empty"),
        (("--images", "damaged", "--output", "out"), "photo2.png cannot be decoded"),
        (("--images", "photos", "--clean", "renamed", "--output", "out"), "other.png is in one of photos and"),
        (("--images", "twice", "--output", "out"), "two of the images would be written as photo1.png"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, tuple) else "",
)
def test_what_cannot_be_denoised_is_told_in_one_sentence(
    tfgen_command, run, model, folders, monkeypatch, arguments, sentence
):
    monkeypatch.chdir(folders)
    monkeypatch.setattr("tfgen.zoo.load", lambda name: model)
    monkeypatch.setattr(denoising, "denoise", lambda *_: pytest.fail("denoised first"))
    before = sorted(folders.rglob("*"))
    code, out, err = tfgen_command("denoise", run, *arguments)
    assert (code, out) == (1, "")
    (told,) = [line for line in err.splitlines() if line.startswith("tfgen: ")]
    assert sentence in told
    assert sorted(folders.rglob("*")) == before


@pytest.mark.parametrize("option", ["--images", "--clean"])
def test_images_that_are_not_there(tfgen_command, monkeypatch, option):
    monkeypatch.setattr("tfgen.cli.autoencoding.load_tensorflow", lambda: pytest.fail("loads TensorFlow"))
    code, out, err = tfgen_command("denoise", "vae_fashion_mnist", option, "nowhere", "--output", "out")
    assert (code, out) == (2, "")
    assert err.endswith("and no folder or zip of images is at that path\n")
