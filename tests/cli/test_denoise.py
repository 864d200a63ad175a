import re

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import write_finished_run

from tfgen.zoo import load

SHAPE = (12, 12)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_finished_run(tmp_path_factory.mktemp("runs") / "tiny", "autoencoder", image_shape=(*SHAPE, 1))


def write_photos(folder, count=6, shape=SHAPE, seed=0, noise=0.0):
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
    assert out == f"wrote 6 denoised images to {tmp_path / 'clean'}\n"
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
    # All are denoised; the first is the one that settings are chosen on.
    assert len(pixels(tmp_path / "out")) == 6
    assert "means over 5 images; the filters' settings are the best on 1 others" in out
    table = {name: float(ratio) for name, ratio in re.findall(r"^ *(\w[\w/. -]*?) {2,}(\d+\.\d\d) ", out, re.MULTILINE)}
    assert set(table) >= {"noisy", "median", "non-local means", "wavelets", "total variation"}
    differences = [(pixels(noisy)[name] / 255 - pixels(clean)[name] / 255) ** 2 for name in list(pixels(clean))[1:]]
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


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say which images are noisy by --images, or how much noise to add by --noise"),
        (("--images", "photos"), "there is nothing to do; give --output, or --clean to measure against"),
        (("--images", "photos", "--output", "out", "--seed", "1"), "--corruption and --seed go with --noise"),
        (("--noise", "0.2", "--corruption", "gausian_noise"), "did you mean gaussian_noise"),
        (("--noise", "1.5", "--corruption", "masking", "--images", "photos"), "rate is 1.5"),
        (("--noise", "0.2", "--images", "photos", "--n", "1", "--output", "out"), "there is 1 image; give 2 or more"),
        (("--images", "small", "--output", "out"), "9x12 pixels and the model takes 12x12"),
        (("--images", "coloured", "--output", "out"), "are coloured and the model takes grey ones"),
        (("--images", "empty", "--output", "out"), "empty"),
        (("--images", "damaged", "--output", "out"), "photo2.png cannot be decoded"),
        (
            ("--images", "photos", "--clean", "renamed", "--output", "out"),
            "other.png is in one of photos and",
        ),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, tuple) else "",
)
def test_what_cannot_be_denoised_is_told_in_one_sentence(tfgen_command, run, arguments, sentence, tmp_path):
    here = tmp_path / "cwd"
    write_photos(here / "photos")
    write_photos(here / "small", shape=(9, 12))
    write_photos(here / "coloured", shape=(*SHAPE, 3))
    write_photos(here / "damaged")
    (here / "damaged" / "photo2.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (here / "empty").mkdir()
    write_photos(here / "renamed")
    (here / "renamed" / "photo0.png").rename(here / "renamed" / "other.png")
    before = sorted(here.rglob("*"))
    code, out, err = tfgen_command("denoise", run, *arguments)
    assert (code, out) == (1, "")
    (told,) = [line for line in err.splitlines() if line.startswith("tfgen: ")]
    assert sentence in told
    assert sorted(here.rglob("*")) == before
