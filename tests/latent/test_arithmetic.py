import numpy as np
import pytest

from tfgen.data.pictures import to_uint8
from tfgen.latent import generate, neighbours, sum_picture, vector_arithmetic

RNG = np.random.default_rng(0)


def test_images_of_an_affine_generator_add_up_as_latents_do(normal_affine):
    smiling_woman, woman, man = (RNG.normal(size=(count, 4)).astype("float32") for count in (3, 2, 5))
    total = vector_arithmetic([smiling_woman, man], [woman])
    assert (total.shape, total.dtype) == ((4,), np.float32)
    parts = [generate(normal_affine, each).mean(axis=0) for each in (smiling_woman, woman, man)]
    np.testing.assert_allclose(generate(normal_affine, total), parts[0] - parts[1] + parts[2], atol=1e-6)


def test_one_exemplar_may_stand_alone():
    np.testing.assert_array_equal(vector_arithmetic([[1.0, 2.0]], [[0.5, 0.5]]), [0.5, 1.5])


def test_the_mean_of_three_in_a_sum_of_three_is_as_long_as_a_draw():
    # Each mean of three standard normal latents has variance 1/3, and three of them are added.
    exemplars = RNG.normal(size=(3, 3, 20_000))
    assert vector_arithmetic(exemplars[:2], exemplars[2:]).var() == pytest.approx(1, abs=0.05)


def test_neighbours_are_uniform_around_the_latent():
    latent = np.array([5.0, -3.0])
    around = neighbours(latent, 4000)
    assert (around.shape, around.dtype) == ((4000, 2), np.float32)
    np.testing.assert_allclose(around.mean(axis=0), latent, atol=0.01)
    np.testing.assert_allclose(around.std(axis=0), 0.25 / np.sqrt(3), atol=0.005)
    assert 0.249 < np.abs(around - latent).max() <= 0.2501
    np.testing.assert_array_equal(neighbours(latent, 4000, seed=0), around)
    assert not np.array_equal(neighbours(latent, 4000, seed=1), around)


@pytest.mark.parametrize(
    ("added", "subtracted", "sentence"),
    [
        ([], [[1.0]], "nothing is added"),
        ([[1.0, 2.0]], [[1.0]], "the latents are 2, 1 long"),
        ([[1.0, np.inf]], [], "exemplars 1 have values that are not finite"),
        ([np.zeros((0, 2))], [], r"exemplars 1 are float64 of shape \(0, 2\)"),
    ],
)
def test_bad_input_is_named(added, subtracted, sentence):
    with pytest.raises(ValueError, match=sentence):
        vector_arithmetic(added, subtracted)


def test_neighbours_of_no_single_latent():
    with pytest.raises(ValueError, match=r"latent has shape \(2, 3\)"):
        neighbours(np.zeros((2, 3)), 1)
    with pytest.raises(ValueError, match="scale is -1"):
        neighbours(np.zeros(3), 1, scale=-1)


def test_a_sum_is_read_in_the_last_column(affine):
    latents = RNG.normal(size=(8, 4))
    terms, result = [latents[:2], latents[2:3]], latents[3:7]
    picture = sum_picture(affine, terms, result)
    assert picture.shape == (3 * 5 + 2, 4 * 4 + 2, 1)
    nearest = np.asarray(affine.prior.nearest(np.stack([latents[:2].mean(0), latents[2], latents[3]]).astype("f")))
    expected = to_uint8(generate(affine, nearest))
    rows = [to_uint8(generate(affine, each)) for each in (*terms, result[1:])]
    for place in range(3):
        row = picture[5 * place + 2 : 5 * place + 5]
        np.testing.assert_array_equal(row[:, 14:16], expected[place])
        for column in range(3):
            shown = rows[place][column] if column < len(rows[place]) else 255
            np.testing.assert_array_equal(row[:, 4 * column + 2 : 4 * column + 4], np.broadcast_to(shown, (3, 2, 1)))
