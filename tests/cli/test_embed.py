import shutil

import numpy as np
import pytest
from PIL import Image

from tfgen.data.pictures import from_uint8
from tfgen.zoo import load


@pytest.fixture
def photos(tmp_path):
    """Eight grey pictures of the zoo's 6x5 pixels, in two classes."""
    random = np.random.default_rng(0)
    for index in range(8):
        folder = tmp_path / "photos" / ("cats", "dogs")[index % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (6, 5), np.uint8)).save(folder / f"{index}.png")
    return tmp_path / "photos"


@pytest.mark.parametrize(("name", "compute"), [("vae_dots", "encode"), ("dots_classifier", "features")])
def test_features_labels_picture_and_projector(tfgen_command, zoo, photos, tmp_path, name, compute):
    outputs = "--output", "f.npy", "--scatter", "f.png", "--projector", "shown"
    code, out, err = tfgen_command("embed", name, "--images", photos, *outputs)
    assert code == 0, err
    paths = sorted(photos.rglob("*.png"))
    images = from_uint8(np.stack([np.asarray(Image.open(path)) for path in paths])[..., None])
    here = tmp_path / "cwd"
    features = np.load(here / "f.npy")
    np.testing.assert_allclose(features, getattr(load(name), compute)(images), rtol=1e-5)
    np.testing.assert_array_equal(np.load(here / "f.labels.npy"), [0] * 4 + [1] * 4)
    assert Image.open(here / "f.png").format == "PNG"
    np.testing.assert_allclose(np.loadtxt(here / "shown" / "tensors.tsv"), features, rtol=1e-6)
    assert out == (
        f"wrote {features.shape[1]} features of each of 8 images by {name} to f.npy, f.png, shown; the images are from "
        "photos, 8 images\n"
    )


def test_fewer_images_as_a_table(tfgen_command, zoo, photos, tmp_path):
    from pyarrow import parquet

    code, out, err = tfgen_command("embed", "vae_dots", "--images", photos, "--n", 3, "--output", "f.parquet")
    assert code == 0, err
    assert "of each of 3 images" in out
    assert parquet.read_table(tmp_path / "cwd" / "f.parquet")["class_name"].to_pylist() == ["cats"] * 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("vae_dots", 1, "nothing to write; give --output codes.npy"),
        ("vae_dots --output f.npy --projection tsne", 1, "--projection goes with --scatter"),
        ("vae_dots --output f --projector f", 1, "--output and --projector are the same folder"),
        ("vae_dots --output f --scatter f/f.png", 1, "f/f.png is inside of another output"),
        ("vae_dots --output f/g --projector f", 1, "f/g is inside of another output, which is written as a whole"),
        ("vae_dots --output f.csv", 2, "features go to a .npy, a .parquet, or a folder"),
        ("vae_dots --scatter f.jpg", 2, "f.jpg cannot be written; name a file that ends in .png"),
        ("vae_dots --projector ../photos", 2, "is there already and not an empty folder"),
        ("vae_dots --scatter f.png --projection mds", 2, "invalid choice: 'mds'"),
        ("gan_dots --output f.npy", 1, "gan_dots is a gan and computes no features; autoencoders, VAEs and class"),
        ("vae_untrained --output f.npy", 1, "has no published weights yet"),
    ],
    ids=[
        *("nothing", "projection", "same", "picture_inside", "folder_inside"),
        *("suffix", "picture", "folder", "choice", "gan", "untrained"),
    ],
)
def test_bad_usage_is_told_before_tensorflow_loads(
    tfgen_command, zoo, photos, tmp_path, monkeypatch, arguments, code, said
):
    def fail():
        raise AssertionError("loads TensorFlow")

    monkeypatch.setattr("tfgen.cli.embed.load_tensorflow", fail)
    (zoo / "vae_untrained").mkdir()
    shutil.copy(zoo / "vae_dots" / "recipe.toml", zoo / "vae_untrained")
    found, out, err = tfgen_command("embed", *arguments.split())
    assert (found, out) == (code, "")
    assert said in " ".join(err.split())
    assert code == 2 or err.count("\n") == 1
    assert not list((tmp_path / "cwd").iterdir())


def test_too_few_for_a_picture(tfgen_command, zoo, photos, tmp_path):
    outputs = "--images", photos, "--n", 4, "--output", "f.npy", "--scatter", "f.png"
    code, out, err = tfgen_command("embed", "vae_dots", *outputs)
    assert (code, out) == (1, "")
    assert "a scatter takes 2 features or more, of 5 images or more" in err.splitlines()[-1]
    assert not list((tmp_path / "cwd").iterdir())


def test_damaged_images(tfgen_command, zoo, photos, tmp_path):
    next(photos.rglob("*.png")).write_bytes(b"\x89PNG\r\n\x1a\n cut short")
    code, out, err = tfgen_command("embed", "vae_dots", "--images", photos, "--output", "f.npy")
    assert (code, out) == (1, "")
    assert "cannot be decoded" in err.splitlines()[-1]
    assert not list((tmp_path / "cwd").iterdir())
