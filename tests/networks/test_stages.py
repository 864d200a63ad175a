import pytest

from tfgen.networks.stages import resolutions


@pytest.mark.parametrize(
    ("side", "sides"),
    [
        (6, [6, 3]),
        (8, [8, 4]),
        (28, [28, 14, 7]),
        (32, [32, 16, 8, 4]),
        (48, [48, 24, 12, 6, 3]),
        (64, [64, 32, 16, 8, 4]),
        (96, [96, 48, 24, 12, 6, 3]),
        (128, [128, 64, 32, 16, 8, 4]),
    ],
)
def test_square_images(side, sides):
    assert resolutions((side, side, 3)) == [(s, s) for s in sides]


@pytest.mark.parametrize(
    ("side", "sides"),
    [(16, [16, 8]), (28, [28, 14, 7]), (32, [32, 16, 8]), (48, [48, 24, 12, 6]), (64, [64, 32, 16, 8])],
)
def test_a_larger_base(side, sides):
    assert resolutions((side, side, 3), smallest_base=8) == [(s, s) for s in sides]


def test_oblong_images():
    assert resolutions((32, 64, 1)) == [(32, 64), (16, 32), (8, 16), (4, 8)]


@pytest.mark.parametrize(
    ("image_shape", "stop"),
    [((30, 30, 1), "15x15"), ((218, 178, 3), "109x89"), ((7, 7, 1), "7x7"), ((4, 4, 1), "4x4"), ((32, 256, 3), "4x32")],
)
def test_sizes_that_do_not_work_are_refused_in_one_sentence(image_shape, stop):
    with pytest.raises(ValueError, match=f"{image_shape[0]}x{image_shape[1]} pixels cannot be halved .*{stop}.*resize"):
        resolutions(image_shape)
