"""`tfgen latent grid`, and `tfgen latent traverse --images`."""

import numpy as np
import pytest
from PIL import Image
from tiny_zoo import write_finished_run

from tfgen.data.pictures import from_uint8, read_image, to_uint8
from tfgen.latent import boundary_normal, latent_grid, mean_difference
from tfgen.zoo import load


def arrays(path):
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


@pytest.mark.parametrize("name", ["vae_dots", "gan_dots", "autoencoder_dots"])
def test_a_grid_is_python_s(tfgen_command, zoo, tmp_path, name):
    options = ("--coordinates", "2,0", "--size", 3, "--seed", 4)
    code, out, err = tfgen_command("latent", "grid", name, *options, "--output", tmp_path / "g.npz")
    assert (code, err) == (0, "")
    assert out == f"wrote 3 x 3 images by {name} to {tmp_path}/g.npz\n"
    model = load(name)
    latents = latent_grid(model, 3, (2, 0), seed=4)
    found = arrays(tmp_path / "g.npz")
    np.testing.assert_array_equal(found["latents"], latents)
    images = to_uint8(np.asarray(model.generate(latents.reshape(-1, 3)))).reshape(3, 3, 6, 5, 1)
    np.testing.assert_allclose(found["images"].astype(int), images, atol=1)
    assert tfgen_command("latent", "grid", name, *options, "--zoom", 2)[0] == 0
    picture = read_image(tmp_path / "cwd" / "grid.png")
    assert picture.shape == (2 * (3 * 8 + 2), 2 * (3 * 7 + 2), 1)
    # The top row first.
    np.testing.assert_array_equal(picture[4:16:2, 4:14:2], found["images"][0, 0])


@pytest.fixture
def classes(tmp_path):
    """A folder of 6x6 images in three classes, which come one after the other."""
    random = np.random.default_rng(0)
    for index in range(24):
        folder = tmp_path / "photos" / "abc"[index // 8]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (6, 6), dtype=np.uint8)).save(folder / f"{index:02}.png")
    return tmp_path / "photos"


@pytest.mark.parametrize(
    ("more", "find"), [((), mean_difference), (("--boundary",), boundary_normal)], ids=["means", "boundary"]
)
def test_walks_towards_the_classes_of_images(tfgen_command, classes, tmp_path, more, find):
    run = write_finished_run(tmp_path / "vae", "vae", image_shape=(6, 6, 1))
    options = ("--images", classes, "--class", "2", "--against", "0", "--n", 1, *more)
    code, _, err = tfgen_command("latent", "traverse", run, *options, "--output", tmp_path / "w.npz")
    assert code == 0, err
    walk = arrays(tmp_path / "w.npz")["latents"][0].astype(np.float64)
    direction = (walk[-1] - walk[0]) / np.linalg.norm(walk[-1] - walk[0])
    files = sorted(classes.rglob("*.png"))
    codes = np.asarray(load(str(run)).encode(from_uint8(np.stack([read_image(file) for file in files]))))
    np.testing.assert_allclose(direction, find(codes[16:], codes[:8]), atol=1e-4)
    # Some of them, of all classes.
    assert tfgen_command("latent", "traverse", run, *options, "--samples", 9)[0] == 0


def test_images_that_show_no_such_class(tfgen_command, classes, tmp_path):
    run = write_finished_run(tmp_path / "vae", "vae", image_shape=(6, 6, 1))
    code, _, err = tfgen_command("latent", "traverse", run, "--images", classes, "--class", "1,3")
    assert (code, err.splitlines()[-1]) == (1, "tfgen: photos, 24 images has the classes 0 to 2, and not 3")
    code, _, err = tfgen_command("latent", "traverse", run, "--images", classes / "a", "--class", "1")
    assert code == 1
    assert "have no labels; give a data set with classes, or folders" in err


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--coordinates", "1"), "'1' is not two different coordinates; write them as 0,1"),
        (("--coordinates", "1,1"), "'1,1' is not two different coordinates; write them as 0,1"),
        (("--size", "1"), "1 is not 2 or more"),
    ],
    ids=["one", "twice", "size"],
)
def test_wrong_usage(tfgen_command, zoo, option, said):
    code, out, err = tfgen_command("latent", "grid", "vae_dots", *option)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]


def test_help_ends_in_an_example(tfgen_command):
    code, out, _ = tfgen_command("latent", "grid", "--help")
    assert code == 0
    assert out.rstrip().splitlines()[-1].startswith("  tfgen latent grid ")
