import numpy as np
import pytest
from PIL import Image

from tfgen.tasks.masks import check_mask, read_mask, rectangle


def test_rectangle():
    hidden = rectangle((4, 5, 3), 1, 2, 2, 3)
    assert hidden.dtype == bool
    np.testing.assert_array_equal(hidden, [[0, 0, 0, 0, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 1], [0, 0, 0, 0, 0]])


@pytest.mark.parametrize(
    ("sides", "sentence"),
    [
        ((0, 0, 4, 5), "the mask hides all of the pixels"),
        ((3, 0, 2, 1), "2 rows from 3 on and 1 columns from 0 on are no part of an image of 4x5 pixels"),
        ((0, 4, 1, 2), "no part"),
        ((-1, 0, 2, 1), "no part"),
        ((0, 0, 0, 1), "no part"),
    ],
)
def test_other_rectangles_are_refused(sides, sentence):
    with pytest.raises(ValueError, match=sentence):
        rectangle((4, 5, 1), *sides)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_white_is_hidden(tmp_path, mode):
    expected = np.random.default_rng(0).random((4, 5)) < 0.5
    Image.fromarray(np.where(expected, 255, 0).astype(np.uint8)).convert(mode).save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png", (4, 5, 3)), expected)


def test_pictures_that_are_no_mask(tmp_path):
    Image.new("L", (5, 4), 100).save(tmp_path / "m.png")
    with pytest.raises(ValueError, match=r"m.png: the mask hides none of the pixels; hide some; white is what is"):
        read_mask(tmp_path / "m.png", (4, 5, 1))
    with pytest.raises(ValueError, match=r"m.png: the mask has shape \(4, 5\), and the images are \(5, 4\)"):
        read_mask(tmp_path / "m.png", (5, 4, 1))
    (tmp_path / "m.png").write_bytes(b"\x89PNG cut short")
    with pytest.raises(ValueError, match="cannot be read as an image"):
        read_mask(tmp_path / "m.png", (4, 5, 1))
    with pytest.raises(ValueError, match="the mask is float64; it has to be bool"):
        check_mask(np.ones((4, 5)), (4, 5, 1))
