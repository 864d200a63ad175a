import re

import numpy as np
import pytest
from PIL import Image

from tfgen.data.pictures import from_uint8, to_uint8
from tfgen.tasks.masks import rectangle
from tfgen.tasks.repair import biharmonic, hidden_psnr, iterate, mean_of_known, optimize
from tfgen.zoo import load

SHAPE = (6, 5, 1)
HIDDEN = rectangle(SHAPE, 1, 2, 3, 2)


@pytest.fixture
def photos(tmp_path):
    """Five grey pictures of the zoo's 6x5 pixels."""
    random = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for index in range(5):
        Image.fromarray(random.integers(0, 256, (6, 5), np.uint8)).save(tmp_path / "photos" / f"{index}.png")
    return tmp_path / "photos"


def pixels_of(photos):
    return np.stack([np.asarray(Image.open(path)) for path in sorted(photos.iterdir())])[..., None]


def test_a_hidden_rectangle_is_repaired_and_measured(tfgen_command, zoo, photos, tmp_path):
    arguments = "--images", photos, "--hide", "1,2,3,2", "--by", "iterate", "--steps", 4, "--seed", 3
    code, out, err = tfgen_command("repair", "vae_dots", *arguments, "--output", "r.npz")
    assert code == 0, err
    pixels = pixels_of(photos)
    images = from_uint8(pixels)
    repaired = iterate(load("vae_dots"), images, HIDDEN, steps=4, seed=3)
    with np.load(tmp_path / "cwd" / "r.npz") as file:
        np.testing.assert_array_equal(file["images"], to_uint8(repaired))
        np.testing.assert_array_equal(file["images"][:, ~HIDDEN], pixels[:, ~HIDDEN])
    assert out.startswith("repaired 20% of each of 5 images by vae_dots, from photos, 5 images; wrote r.npz\n")
    fills = repaired, biharmonic(images, HIDDEN), mean_of_known(images, HIDDEN)
    ratios = [np.median(hidden_psnr(images, fill, HIDDEN)) for fill in fills]
    said = re.fullmatch(
        r".* (\S+) dB by iterate, (\S+) dB by biharmonic inpainting, (\S+) dB by mean of the known pixels",
        out.splitlines()[1],
    )
    np.testing.assert_allclose([float(ratio) for ratio in said.groups()], ratios, atol=0.0051)


def test_a_mask_is_repaired_through_a_gan_and_shown(tfgen_command, zoo, photos, tmp_path):
    Image.fromarray(np.where(HIDDEN, 255, 0).astype(np.uint8)).save(tmp_path / "mask.png")
    arguments = "--images", photos, "--mask", tmp_path / "mask.png", "--steps", 3, "--restarts", 1
    code, out, err = tfgen_command("repair", "gan_dots", *arguments, "--output", "r.png")
    assert code == 0, err
    assert "PSNR" not in out
    pixels = pixels_of(photos)
    repaired = optimize(load("gan_dots"), from_uint8(pixels), HIDDEN, steps=3, restarts=1)
    picture = np.asarray(Image.open(tmp_path / "cwd" / "r.png"))
    # Three rows of eight places, each with two white pixels before it.
    assert picture.shape == (3 * 8 + 2, 8 * 7 + 2)
    for row, expected in enumerate((pixels[1], np.where(HIDDEN[..., None], 128, pixels[1]), to_uint8(repaired[1]))):
        np.testing.assert_array_equal(picture[2 + 8 * row : 8 + 8 * row, 9:14], expected[..., 0])
    assert (picture[:, 2 + 5 * 7 :] == 255).all()


def test_all_images_of_a_folder_are_repaired_under_their_names(tfgen_command, zoo, photos, tmp_path):
    Image.fromarray(np.where(HIDDEN, 255, 0).astype(np.uint8)).save(tmp_path / "mask.png")
    for index in range(5, 18):
        Image.fromarray(np.full((6, 5), index, np.uint8)).save(photos / f"more_{index}.png")
    arguments = "--images", photos, "--mask", tmp_path / "mask.png", "--by", "iterate", "--steps", 1
    code, _, err = tfgen_command("repair", "vae_dots", *arguments, "--output", "repaired")
    assert code == 0, err
    names = sorted(path.name for path in photos.iterdir())
    assert len(names) == 18
    assert sorted(path.name for path in (tmp_path / "cwd" / "repaired").iterdir()) == names
    for name in names:
        given, found = (np.asarray(Image.open(folder / name)) for folder in (photos, tmp_path / "cwd" / "repaired"))
        np.testing.assert_array_equal(found[~HIDDEN], given[~HIDDEN])
    # A picture shows the first sixteen, in two bands of eight, and so many are hidden from to be measured.
    assert tfgen_command("repair", "vae_dots", *arguments, "--output", "r.png")[0] == 0
    assert Image.open("r.png").size == (8 * 7 + 2, 2 * 3 * 8 + 2)
    code, out, _ = tfgen_command("repair", "vae_dots", *arguments[:2], "--hide", "1,2,3,2", *arguments[4:])
    assert out.startswith("repaired 20% of each of 16 images")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("vae_dots", 2, "one of the arguments --hide --mask is required"),
        ("vae_dots --hide 1,2,3", 2, "'1,2,3' is no rectangle; write it as TOP,LEFT,HEIGHT,WIDTH"),
        ("vae_dots --hide 1,2,3,4", 1, "are no part of an image of 6x5 pixels"),
        ("vae_dots --hide 0,0,6,5", 1, "the mask hides all of the pixels"),
        ("vae_dots --mask ../photos/0.txt", 1, "0.txt does not exist; give a PNG or JPEG file"),
        ("vae_dots --mask ../wide.png", 1, "wide.png: the mask has shape (5, 6), and the images are (6, 5)"),
        ("vae_dots --mask ../cut.png", 1, "cut.png cannot be read as an image"),
        ("vae_dots --hide 1,1,2,2 --by iterate --restarts 3", 1, "--restarts goes with --by optimize; leave it out"),
        ("vae_dots --hide 1,1,2,2 --output r.jpg", 2, "r.jpg cannot be written"),
        ("gan_dots --hide 1,1,2,2 --by iterate", 1, "gan_dots is a gan; autoencoders and VAEs can do this"),
        (
            "dots_classifier --hide 1,1,2,2",
            1,
            "dots_classifier is a classifier and draws no images; GANs and autoencoders do",
        ),
        ("gan_untrained --hide 1,1,2,2", 1, "has no published weights yet"),
    ],
    ids=[
        *("what", "sides", "beyond", "all", "no mask", "size", "damaged", "restarts", "output"),
        *("gan", "classifier", "untrained"),
    ],
)
def test_bad_usage_is_told_before_tensorflow_loads(
    tfgen_command, zoo, photos, tmp_path, monkeypatch, arguments, code, said
):
    def fail():
        raise AssertionError("loads TensorFlow")

    for module in ("autoencoding", "drawing"):
        monkeypatch.setattr(f"tfgen.cli.{module}.load_tensorflow", fail)
    Image.new("L", (6, 5), 255).save(tmp_path / "wide.png")
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n cut short")
    found, out, err = tfgen_command("repair", *arguments.split())
    assert (found, out) == (code, "")
    assert said in " ".join(err.split())
    assert code == 2 or err.count("\n") == 1
    assert not list((tmp_path / "cwd").iterdir())


def test_images_of_another_size(tfgen_command, zoo, photos, tmp_path):
    for path in photos.iterdir():
        Image.new("L", (7, 7)).save(path)
    code, out, err = tfgen_command("repair", "vae_dots", "--images", photos, "--hide", "1,1,2,2")
    assert (code, out) == (1, "")
    assert "are 7x7 pixels and the model takes 6x5" in err.splitlines()[-1]
    assert not list((tmp_path / "cwd").iterdir())
