import numpy as np
import pytest
import tensorflow as tf
from scipy import signal, stats

from tfgen.metrics import sliced_wasserstein_distance

RNG = np.random.default_rng(0)


def blurred(channel):
    weights = np.array([1, 4, 6, 4, 1]) / 16
    return signal.convolve2d(np.pad(channel, 2, mode="reflect"), np.outer(weights, weights), mode="valid")


def pyramid(channel, count):
    levels = [channel]
    for _ in range(count - 1):
        half = blurred(levels[-1])[::2, ::2]
        spread = np.zeros_like(levels[-1])
        spread[::2, ::2] = half
        levels[-1] = levels[-1] - 4 * blurred(spread)
        levels.append(half)
    return levels


def by_loops(reference, generated, sizes, seed):
    rng = np.random.default_rng(seed)
    distances = []
    for level, (height, width) in enumerate(sizes):
        sets = []
        for images in (reference, generated):
            rows, columns = (rng.integers(side - 6, size=(len(images), 128)) for side in (height, width))
            patches = []
            for index, image in enumerate(images):
                channels = [pyramid(image[:, :, c], len(sizes))[level] for c in range(image.shape[2])]
                assert channels[0].shape == (height, width)
                for y, x in zip(rows[index], columns[index], strict=True):
                    patches.append([channel[y : y + 7, x : x + 7].ravel() for channel in channels])
            patches = np.array(patches)
            for c in range(patches.shape[1]):
                patches[:, c] = (patches[:, c] - patches[:, c].mean()) / patches[:, c].std()
            sets.append(patches.reshape(len(patches), -1))
        directions = rng.standard_normal((512, sets[0].shape[1]))
        found = [
            stats.wasserstein_distance(*(rows @ direction / np.linalg.norm(direction) for rows in sets))
            for direction in directions
        ]
        distances.append(np.mean(found))
    return distances


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((2, 28, 28, 1), [(28, 28)]),
        ((2, 34, 40, 2), [(34, 40), (17, 20)]),
        ((1, 64, 33, 1), [(64, 33), (32, 17)]),
        ((2, 8, 9, 1), [(8, 9)]),
    ],
)
def test_against_loops(shape, sizes):
    reference, generated = RNG.uniform(-1, 1, (2, *shape)).astype("float32")
    found = sliced_wasserstein_distance(reference, generated**3, seed=5)
    assert list(found.levels) == [height for height, _ in sizes]
    expected = by_loops(reference.astype("float64"), (generated**3).astype("float64"), sizes, seed=5)
    np.testing.assert_allclose(list(found.levels.values()), expected, rtol=1e-6)
    assert found.value == pytest.approx(np.mean(expected), rel=1e-6)


@pytest.mark.parametrize(
    ("side", "sides"),
    [(7, [7]), (16, [16]), (28, [28]), (30, [30]), (31, [31, 16]), (32, [32, 16]), (64, [64, 32, 16])],
)
def test_levels_go_down_to_16_pixels(side, sides):
    images = RNG.uniform(-1, 1, (1, side, side, 1))
    assert list(sliced_wasserstein_distance(images, images).levels) == sides


def test_each_level_sees_its_own_scale():
    reference, noise = RNG.normal(size=(2, 12, 64, 64, 1))
    coarse = np.kron(RNG.normal(size=(12, 4, 4, 1)), np.ones((1, 16, 16, 1)))
    alike = sliced_wasserstein_distance(reference + 3 * coarse, noise + 3 * coarse)
    # Without the finest details: their checkerboard changes the highest level and hardly the lowest.
    board = np.indices((64, 64)).sum(axis=0)[..., None] % 2 * 2.0 - 1
    other = sliced_wasserstein_distance(reference + 3 * coarse, noise + 3 * coarse + 3 * board)
    assert other.levels[64] > 5 * alike.levels[64]
    assert other.levels[16] == pytest.approx(alike.levels[16], rel=0.01)


def test_range_and_dtype_do_not_matter():
    reference, generated = RNG.integers(0, 256, (2, 2, 20, 20, 3))
    expected = sliced_wasserstein_distance(reference / 127.5 - 1, generated / 127.5 - 1).value
    for given in ((reference, generated), tf.constant([reference, generated], "uint8")):
        assert sliced_wasserstein_distance(*given).value == pytest.approx(expected, rel=1e-5)


def test_the_seed_draws():
    reference, generated = RNG.uniform(-1, 1, (2, 2, 16, 16, 1))
    found = sliced_wasserstein_distance(reference, generated)
    assert found == sliced_wasserstein_distance(reference, generated, seed=0)
    assert found != sliced_wasserstein_distance(reference, generated, seed=1)
    assert type(found.value) is type(found.levels[16]) is float


def test_images_of_one_colour():
    # 0.1 is no float32: what its mean differs by is not taken for a deviation.
    black, grey = np.zeros((2, 16, 16, 3)), np.full((2, 16, 16, 3), 0.1)
    assert sliced_wasserstein_distance(black, grey).value == 0
    assert sliced_wasserstein_distance(RNG.uniform(-1, 1, grey.shape), grey).value > 0.5


@pytest.mark.parametrize(
    ("reference", "generated", "sentence"),
    [
        (
            np.zeros((2, 16, 16, 3)),
            np.zeros((3, 16, 16, 3)),
            r"generated images \(3, 16, 16, 3\); give as many of one as",
        ),
        (np.zeros((2, 16, 16, 3)), np.zeros((2, 16, 16, 1)), "give as many of one as of the other, of the same size"),
        (np.zeros((2, 16, 16)), np.zeros((2, 16, 16)), r"reference images are float64 of shape \(2, 16, 16\); give"),
        (np.zeros((2, 16, 16, 1)), np.zeros((2, 6, 16, 1)), "of 7 x 7 pixels or more"),
        (np.zeros((2, 16, 16, 1)), np.zeros((0, 16, 16, 1)), r"generated images are float64 of shape \(0, 16, 16, 1\)"),
        (np.zeros((2, 16, 16, 1)), np.zeros((2, 16, 16, 1), bool), "generated images are bool"),
        (np.full((2, 16, 16, 1), np.nan), np.zeros((2, 16, 16, 1)), "reference images have values that are not finite"),
    ],
)
def test_what_are_no_two_sets_of_images_is_refused(reference, generated, sentence):
    with pytest.raises(ValueError, match=sentence):
        sliced_wasserstein_distance(reference, generated)
