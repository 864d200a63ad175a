import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import write_finished_run

from tfgen.zoo import load, publish


def make_photos(folder, count=5, shape=(9, 7)):
    folder.mkdir(parents=True)
    for index in range(count):
        pixels = np.random.default_rng(index).integers(0, 256, shape, dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")
    return folder


@pytest.fixture
def square_zoo(zoo, tmp_path):
    """An autoencoder and a GAN for square images of 6x6."""
    for method in ("autoencoder", "gan"):
        run = write_finished_run(tmp_path / method, method, image_shape=(6, 6, 1))
        publish(run, f"{method}_square", data_license="MIT")
    return zoo


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_images_above_their_reconstructions(tfgen_command, square_zoo, tmp_path, packed):
    photos = make_photos(tmp_path / "photos")
    if packed:
        with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
            for path in photos.iterdir():
                archive.write(path, path.name)
        photos = tmp_path / "photos.zip"
    output = tmp_path / "pairs.png"
    arguments = ("reconstruct", "autoencoder_square", "--images", photos, "--output", output)
    code, out, err = tfgen_command(*arguments)
    assert (code, out) == (1, "")
    assert "are 9x7 pixels and the model takes 6x6; --resize brings them to that size" in err.splitlines()[-1]
    code, out, err = tfgen_command(*arguments, "--resize")
    assert code == 0, err
    # A row of images and one of reconstructions, eight places in each.
    assert Image.open(output).size == (8 * 8 + 2, 2 * 8 + 2)
    assert out.startswith("wrote 5 reconstructions of photos")
    assert "mean squared error" in out


def test_array_and_error_are_those_of_the_model(tfgen_command, square_zoo, tmp_path):
    photos = make_photos(tmp_path / "photos", shape=(6, 6))
    arguments = ("--images", photos, "--n", 3, "--output", tmp_path / "r.npz")
    code, out, err = tfgen_command("reconstruct", "autoencoder_square", *arguments)
    assert code == 0, err
    images = np.stack([np.asarray(Image.open(photos / f"{index}.png")) for index in range(3)])[..., None]
    images = (images / 127.5 - 1).astype(np.float32)
    reconstructions = np.asarray(load("autoencoder_square").reconstruct(images))
    with np.load(tmp_path / "r.npz") as file:
        found = file["images"] / 127.5 - 1
    np.testing.assert_allclose(found, reconstructions, atol=0.51 / 127.5)
    (error,) = re.findall(r"mean squared error ([\d.]+) ", out)
    assert float(error) == pytest.approx(np.mean((images - reconstructions) ** 2), abs=1e-4)


def test_split_of_a_folder(tfgen_command, square_zoo, tmp_path):
    make_photos(tmp_path / "photos" / "train", 2)
    make_photos(tmp_path / "photos" / "test", 4)
    for split, count in (([], 4), (["--split", "test"], 4), (["--split", "train"], 2)):
        output = tmp_path / f"{len(split)}{split[-1:]}"
        arguments = ("--images", tmp_path / "photos", "--resize", *split, "--output", output)
        code, out, err = tfgen_command("reconstruct", "autoencoder_square", *arguments)
        assert code == 0, err
        assert len(list(output.iterdir())) == count
        # What was read by default is said too.
        assert f"{count} reconstructions of the {(split or ['test'])[-1]} split of photos, 6 images" in out


def test_shell_sees_no_notes_of_tensorflow(square_zoo, tmp_path):
    photos = make_photos(tmp_path / "photos")
    tfgen = Path(sys.executable).with_name("tfgen")
    command = [tfgen, "reconstruct", square_zoo / "autoencoder_square", "--images", photos, "--resize"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    # One line: which images were found where.
    assert found.stderr.count("\n") == 1, found.stderr
    assert "5 train images (6, 6, 1)" in found.stderr


def test_gan_cannot_reconstruct(tfgen_command, square_zoo, tmp_path):
    photos = make_photos(tmp_path / "photos")
    code, out, err = tfgen_command("reconstruct", "gan_square", "--images", photos)
    assert (code, out) == (1, "")
    assert err.strip().splitlines()[-1] == "tfgen: gan_square is a gan; autoencoders and VAEs can do this"
    assert not (tmp_path / "cwd" / "reconstructions.png").exists()


def test_images_that_are_not_there(tfgen_command, square_zoo):
    code, _, err = tfgen_command("reconstruct", "autoencoder_square", "--images", "photos")
    assert code == 2
    assert err.splitlines()[-1].startswith("tfgen reconstruct: error: argument --images: there is no dataset 'photos'")
    assert err.endswith("and no folder or zip of images is at that path\n")
