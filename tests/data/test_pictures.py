import numpy as np
import pytest
from PIL import Image

from tfgen.data import pictures

BYTES = np.arange(256, dtype=np.uint8)
PICTURE = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)


def test_bytes_survive_the_way_there_and_back():
    floats = pictures.from_uint8(BYTES)
    assert floats.dtype == np.float32
    assert (floats[0], floats[-1]) == (-1, 1)
    np.testing.assert_array_equal(pictures.to_uint8(floats), BYTES)


def test_rounds_to_the_nearest_and_clips():
    values = np.array([-7, -1, -1 + 0.4 / 127.5, -1 + 0.6 / 127.5, 1, 7])
    assert pictures.to_uint8(values).tolist() == [0, 0, 0, 1, 255, 255]


def test_grid_lays_out_in_rows():
    images = np.arange(1, 6, dtype=np.uint8)[:, np.newaxis, np.newaxis, np.newaxis] * np.ones((1, 2, 3, 1), np.uint8)
    picture = pictures.grid(images, columns=3, padding=1)
    assert picture.shape == (2 * 3 + 1, 3 * 4 + 1, 1)
    assert [picture[1 + 3 * row, 1 + 4 * column, 0] for row in range(2) for column in range(3)] == [1, 2, 3, 4, 5, 255]
    assert (picture[[0, 3, 6]] == 255).all()
    assert (picture == 2).sum() == 6


def test_grid_is_as_square_as_it_can_be():
    assert pictures.grid(np.zeros((10, 4, 4, 3), np.uint8), padding=0).shape == (12, 16, 3)


@pytest.mark.parametrize("images", [np.zeros((2, 4, 4, 3), np.float32), np.zeros((4, 4, 3), np.uint8)])
def test_grid_of_another_kind(images):
    with pytest.raises(ValueError, match=r"non-empty uint8 array \(N, H, W, C\)"):
        pictures.grid(images)


@pytest.mark.parametrize("picture", [PICTURE, PICTURE[..., :1], PICTURE[..., 0]])
def test_png_holds_the_pixels(tmp_path, picture):
    pictures.write_png(tmp_path / "new" / "a.png", picture)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "new" / "a.png")), picture.squeeze())
    read = pictures.read_image(tmp_path / "new" / "a.png")
    np.testing.assert_array_equal(read, picture.reshape(5, 7, -1))


def test_png_of_floats(tmp_path):
    with pytest.raises(ValueError, match="a picture is a uint8 array"):
        pictures.write_png(tmp_path / "a.png", PICTURE / 255)
    assert not list(tmp_path.iterdir())


def test_a_failed_png_leaves_the_old_one(tmp_path, monkeypatch):
    pictures.write_png(tmp_path / "a.png", PICTURE)
    before = (tmp_path / "a.png").read_bytes()

    def fail(*arguments, **options):
        raise OSError("no space")

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(OSError, match="no space"):
        pictures.write_png(tmp_path / "a.png", PICTURE[::-1])
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == before


def test_reading_what_is_no_image(tmp_path):
    (tmp_path / "a.png").write_text("hello")
    with pytest.raises(ValueError, match=r"a\.png cannot be read as an image"):
        pictures.read_image(tmp_path / "a.png")
    with pytest.raises(FileNotFoundError, match=r"^[^\[]*b\.png does not exist; give a PNG or JPEG file$"):
        pictures.read_image(tmp_path / "b.png")


def test_reading_more_than_8_bits(tmp_path):
    Image.fromarray(PICTURE[..., 0].astype(np.uint16) * 257).save(tmp_path / "a.png")
    with pytest.raises(ValueError, match="more than 8 bits"):
        pictures.read_image(tmp_path / "a.png")
