import numpy as np
import pytest
from PIL import Image, ImageSequence

from tfgen.latent.writing import enlarged, write_walk

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(-1, 1, (3, 4, 5, 6, 1)).astype("float32")
LATENTS = RNG.normal(size=(3, 4, 2)).astype("float32")
PIXELS = np.floor((IMAGES.astype("float64") + 1) * 127.5 + 0.5).astype(np.uint8)


def test_a_strip_has_a_row_for_each_walk(tmp_path):
    write_walk(tmp_path / "walk.png", IMAGES, LATENTS, zoom=3)
    picture = np.asarray(Image.open(tmp_path / "walk.png"))
    assert picture.shape == (3 * (3 * 7 + 2), 3 * (4 * 8 + 2))
    small = picture[::3, ::3]
    np.testing.assert_array_equal(small.repeat(3, 0).repeat(3, 1), picture)
    for row in range(3):
        for column in range(4):
            found = small[row * 7 + 2 : row * 7 + 7, column * 8 + 2 : column * 8 + 8]
            np.testing.assert_array_equal(found, PIXELS[row, column, ..., 0])


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize(("closed", "order"), [(True, [0, 1, 2, 3]), (False, [0, 1, 2, 3, 2, 1])])
def test_an_animation_goes_round_or_there_and_back(tmp_path, suffix, closed, order):
    write_walk(tmp_path / f"walk{suffix}", IMAGES, LATENTS, closed=closed, frames_per_second=5)
    with Image.open(tmp_path / f"walk{suffix}") as image:
        frames = [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(image)]
        assert image.info["loop"] == 0
        assert image.info["duration"] == 200
    assert len(frames) == len(order)
    for frame, time in zip(frames, order, strict=True):
        # Two columns, two rows.
        np.testing.assert_array_equal(frame[2:7, 10:16], PIXELS[1, time, ..., 0])
        np.testing.assert_array_equal(frame[9:14, 2:8], PIXELS[2, time, ..., 0])


def test_arrays(tmp_path):
    write_walk(tmp_path / "walk.npz", IMAGES, LATENTS)
    with np.load(tmp_path / "walk.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["images"], PIXELS)
        np.testing.assert_array_equal(file["latents"], LATENTS)


def test_other_files_are_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(ValueError, match=r"walk.mp4 cannot be written: a walk goes to a file that ends in .png, .gif"):
        write_walk(tmp_path / "walk.mp4", IMAGES, LATENTS)
    with pytest.raises(ValueError, match="frames_per_second is 0"):
        write_walk(tmp_path / "walk.gif", IMAGES, LATENTS, frames_per_second=0)
    assert not list(tmp_path.iterdir())


def test_each_pixel_becomes_a_square():
    np.testing.assert_array_equal(enlarged(np.array([[[1], [2]]]), 2)[..., 0], [[1, 1, 2, 2], [1, 1, 2, 2]])
