import re

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import write_finished_run

from tfgen.tasks.code_files import unpack
from tfgen.zoo import load, publish


@pytest.fixture
def photos(tmp_path):
    """Twelve grey images of 6x5, as the tiny zoo's models take them."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for index in range(12):
        pixels = np.random.default_rng(index).integers(0, 256, (6, 5), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index:02d}.png")
    return folder


def test_there_and_back(tfgen_command, zoo, photos, tmp_path):
    arguments = ("compress", "autoencoder_dots", "--images", photos, "--output", "a.tfgc")
    code, out, err = tfgen_command(*arguments, "--compare")
    assert code == 0, err
    data = (tmp_path / "cwd" / "a.tfgc").read_bytes()
    file = unpack(data)
    (first, *lines) = out.splitlines()
    assert first == "wrote 12 images of photos, 12 images to a.tfgc"
    (row,) = [line for line in lines if "autoencoder_dots" in line]
    size, bits, psnr = re.findall(r"[\d,]+\.?\d*", row.replace(f"step {file.step:g}", ""))[-3:]
    assert int(size.replace(",", "")) == len(data)
    assert float(bits) == pytest.approx(8 * len(data) / (12 * 30), abs=1e-4)
    assert all(any(codec in line for line in lines) for codec in ("JPEG", "WebP"))
    # The same without them.
    code, out, err = tfgen_command(*arguments)
    assert code == 0, err
    assert [line.split() for line in out.splitlines()] == [line.split() for line in (first, *lines[:2])]

    code, out, err = tfgen_command("decompress", "a.tfgc", "--output", "back.npz")
    assert code == 0, err
    assert out == "wrote 12 images of a.tfgc by autoencoder_dots to back.npz\n"
    with np.load(tmp_path / "cwd" / "back.npz") as arrays:
        found = arrays["images"]
    steps = file.step * 2.0 ** (-np.array(file.sensitivities) / 4)
    expected = np.asarray(load("autoencoder_dots").decode((file.symbols * steps).astype(np.float32)))
    np.testing.assert_allclose(found / 127.5 - 1, expected, atol=0.51 / 127.5)
    originals = np.stack([np.asarray(Image.open(path)) for path in sorted(photos.iterdir())]).astype(float)
    error = np.mean((originals - found[..., 0]) ** 2)
    assert float(psnr) == pytest.approx(10 * np.log10(255**2 / error), abs=0.01)


def test_folder_of_the_first_ones_by_a_step(tfgen_command, zoo, photos, tmp_path):
    arguments = ("--images", photos, "--n", "4", "--step", "0.5", "--output", "a.tfgc")
    assert tfgen_command("compress", "vae_dots", *arguments)[0] == 0
    file = unpack((tmp_path / "cwd" / "a.tfgc").read_bytes())
    assert (len(file.symbols), file.step, file.decoder) == (4, 0.5, "vae_dots")
    assert tfgen_command("decompress", "a.tfgc", "--output", "back")[0] == 0
    written = sorted((tmp_path / "cwd" / "back").iterdir())
    assert [path.name for path in written] == [f"0000{index}.png" for index in range(4)]
    assert Image.open(written[0]).size == (5, 6)


def test_a_run_is_named_by_its_folder_and_given_by_model(tfgen_command, zoo, photos, tmp_path):
    run = write_finished_run(tmp_path / "mine", "autoencoder", seed=3)
    assert tfgen_command("compress", run, "--images", photos, "--output", "a.tfgc")[0] == 0
    data = (tmp_path / "cwd" / "a.tfgc").read_bytes()
    assert unpack(data).decoder == "mine"
    assert str(tmp_path).encode() not in data
    code, out, err = tfgen_command("decompress", "a.tfgc")
    assert (code, out) == (1, "")
    assert err == ("tfgen: a.tfgc was made by mine, which is not in the zoo; give the folder of that run by --model\n")
    assert tfgen_command("decompress", "a.tfgc", "--model", run, "--output", "back.png")[0] == 0
    # Published, its weights are halved.
    publish(run, "autoencoder_mine", data_license="MIT")
    code, _, err = tfgen_command("decompress", "a.tfgc", "--model", "autoencoder_mine", "--output", "again.png")
    assert (code, "decompress it with the checkpoint that made it" in err) == (1, True)


def test_the_same_weights_by_another_name(tfgen_command, zoo, runs, photos, tmp_path):
    publish(runs["autoencoder"], "autoencoder_twin", data_license="MIT")
    assert tfgen_command("compress", "autoencoder_dots", "--images", photos, "--output", "a.tfgc")[0] == 0
    for model, output in ("autoencoder_dots", "one.png"), ("autoencoder_twin", "two.png"):
        assert tfgen_command("decompress", "a.tfgc", "--model", model, "--output", output)[0] == 0
    pictures = [(tmp_path / "cwd" / name).read_bytes() for name in ("one.png", "two.png")]
    assert pictures[0] == pictures[1]


def test_another_decoder_is_refused_with_both_hashes(tfgen_command, zoo, photos, tmp_path):
    run = write_finished_run(tmp_path / "mine", "autoencoder", seed=3)
    assert tfgen_command("compress", "autoencoder_dots", "--images", photos, "--output", "a.tfgc")[0] == 0
    code, _, err = tfgen_command("decompress", "a.tfgc", "--model", run, "--output", "back.png")
    assert code == 1
    assert "a.tfgc was made for the decoder of autoencoder_dots" in err
    assert len(set(re.findall("[0-9a-f]{64}", err))) == 2
    assert not (tmp_path / "cwd" / "back.png").exists()


def test_damaged_files_write_nothing(tfgen_command, zoo, photos, tmp_path):
    assert tfgen_command("compress", "autoencoder_dots", "--images", photos, "--output", "a.tfgc")[0] == 0
    path = tmp_path / "cwd" / "a.tfgc"
    data = path.read_bytes()
    cases = {
        data[:-1]: "damaged or cut short",
        data[:60] + b"!" + data[61:]: "damaged or cut short",
        b"": "no file that `tfgen compress` wrote",
        b"\x89PNG\r\n\x1a\n" + bytes(100): "no file that `tfgen compress` wrote",
    }
    for damaged, message in cases.items():
        path.write_bytes(damaged)
        code, out, err = tfgen_command("decompress", "a.tfgc", "--output", "back")
        assert (code, out) == (1, "")
        assert re.fullmatch(f"tfgen: a.tfgc is .*{message}.*\n", err), err
        assert [each.name for each in path.parent.iterdir()] == ["a.tfgc"]


def test_missing_file(tfgen_command, zoo):
    assert tfgen_command("decompress", "no.tfgc") == (1, "", "tfgen: there is no file no.tfgc\n")


def wrong_size(photos):
    for path in photos.iterdir():
        Image.new("L", (7, 9)).save(path)


def coloured(photos):
    for path in photos.iterdir():
        Image.new("RGB", (5, 6)).save(path)


def empty(photos):
    for path in photos.iterdir():
        path.unlink()


def unreadable(photos):
    (photos / "07.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (wrong_size, "are 9x7 pixels and the model takes 6x5; bring them to that size"),
        (coloured, "are coloured and the model takes grey ones"),
        (empty, "photos holds no images"),
        (unreadable, r"07\.png cannot be decoded"),
    ],
    ids=["size", "channels", "empty", "unreadable"],
)
def test_images_that_cannot_be_used(tfgen_command, zoo, photos, tmp_path, spoil, message):
    spoil(photos)
    code, out, err = tfgen_command("compress", "autoencoder_dots", "--images", photos, "--output", "a.tfgc")
    assert (code, out) == (1, "")
    assert re.search(message, err.splitlines()[-1]), err
    assert not list((tmp_path / "cwd").iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gan_dots",), "gan_dots is a gan; autoencoders"),
        (("autoencoder_dots", "--step", "0"), "0 is not a positive number"),
        (("autoencoder_dots", "--output", "a.zip"), r"name a file that ends in \.tfgc"),
        (("autoencoder_dots", "--step", "1e-7"), "are too many; a larger step makes fewer"),
    ],
    ids=["gan", "step", "output", "fine"],
)
def test_arguments_that_cannot_be_used(tfgen_command, zoo, photos, tmp_path, arguments, message):
    code, out, err = tfgen_command("compress", *arguments, "--images", photos)
    assert code in (1, 2)
    assert out == ""
    assert re.search(message, err), err
    assert not list((tmp_path / "cwd").iterdir())
