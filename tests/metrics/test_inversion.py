import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen import backend
from tfgen.metrics import invert, recovered_share

RNG = np.random.default_rng(0)
SHAPE = (4, 4, 1)
# Three orthonormal directions among 16 pixels.
BASIS = np.linalg.qr(RNG.normal(size=(16, 3)))[0].T.astype(np.float32)


def generate(latents):
    return tf.reshape(0.2 * latents @ BASIS, (-1, *SHAPE))


def latents(n, seed):
    return backend.normal((n, 3), seed)


def in_range(n):
    codes = RNG.normal(size=(n, 3)).astype(np.float32)
    return codes, np.asarray(generate(codes))


def test_images_of_a_linear_generator_are_recovered():
    codes, images = in_range(5)
    result = invert(generate, images, latents, steps=300)
    assert (result.distances.shape, result.distances.dtype) == ((5,), np.float64)
    np.testing.assert_allclose(result.distances, 0, atol=1e-4)
    np.testing.assert_allclose(result.latents, codes, atol=5e-3)


def test_other_images_are_as_far_as_their_projection():
    images = RNG.uniform(-1, 1, (6, *SHAPE)).astype(np.float32)
    pixels = images.reshape(6, 16) / 2
    residual = np.linalg.norm(pixels - pixels @ BASIS.T @ BASIS, axis=1)
    result = invert(generate, images, latents, steps=400)
    np.testing.assert_allclose(result.distances, residual, rtol=1e-4)


def test_latents_stay_within_the_bound():
    # The closest point of an axis-aligned box, as the basis is orthonormal.
    codes, images = in_range(5)
    result = invert(generate, images, latents, bound=0.5, steps=300)
    closest = np.clip(codes, -0.5, 0.5)
    assert (closest != codes).any()
    np.testing.assert_allclose(result.latents, closest, atol=1e-3)
    np.testing.assert_allclose(result.distances, np.linalg.norm(0.1 * (codes - closest), axis=1), atol=1e-4)


def test_the_distances_are_those_of_the_latents():
    images = RNG.uniform(-1, 1, (6, *SHAPE)).astype(np.float32)
    result = invert(generate, images, latents, steps=5, restarts=3)
    expected = np.linalg.norm((images - generate(result.latents)).numpy().reshape(6, 16) / 2, axis=1)
    np.testing.assert_allclose(result.distances, expected, rtol=1e-5)


def test_adam_is_keras_adam():
    images = RNG.uniform(-1, 1, (2, *SHAPE)).astype(np.float32)
    found = invert(generate, images, latents, steps=7, learning_rate=0.3, restarts=1, seed=5).latents
    codes = keras.Variable(latents(2, (5, 0)))
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.3, 7), beta_2=0.9, epsilon=1e-8)
    optimizer.build([codes])
    for _ in range(7):
        backend.minimize(lambda: (tf.reduce_sum((generate(codes) - images) ** 2) / 4, {}), [codes], optimizer)
    np.testing.assert_allclose(found, codes, rtol=1e-4)


def test_a_collapsed_generator_makes_one_image():
    one = in_range(1)[1]

    def collapsed(codes):
        return one + 1e-3 * generate(tf.tanh(codes))

    images = np.concatenate([one, in_range(3)[1]])
    result = invert(collapsed, images, latents, steps=50)
    assert recovered_share(result.distances, 0.01) == 0.25
    np.testing.assert_allclose(result.distances, np.linalg.norm((images - one).reshape(4, 16) / 2, axis=1), atol=2e-3)


def test_restarts_leave_local_minima():
    def two_valleys(codes):
        # 0.9 is reached from below 0 alone; from above the best is 0.3.
        level = tf.where(codes < 0, 0.9 * tf.tanh(codes) ** 2, 0.3 * tf.tanh(codes) ** 2)
        return tf.reshape(tf.reduce_mean(level, axis=1), (-1, 1, 1, 1)) * tf.ones((1, *SHAPE))

    def one_dimension(n, seed):
        return backend.normal((n, 1), seed)

    images = np.full((20, *SHAPE), 0.9, np.float32)
    shares = [
        recovered_share(invert(two_valleys, images, one_dimension, steps=100, restarts=restarts).distances, 0.2)
        for restarts in (1, 10)
    ]
    assert 0.1 < shares[0] < 0.9
    assert shares[1] == 1


def test_batches_change_nothing_and_the_seed_draws_the_starts():
    images = RNG.uniform(-1, 1, (5, *SHAPE)).astype(np.float32)
    first, batched, other = (
        invert(generate, images, latents, steps=3, restarts=2, seed=seed, batch_size=size)
        for seed, size in ((0, 256), (0, 3), (1, 256))
    )
    np.testing.assert_allclose(batched.latents, first.latents, rtol=1e-5)
    np.testing.assert_allclose(batched.distances, first.distances, rtol=1e-5)
    assert np.abs(other.latents - first.latents).max() > 0.1


def test_the_share_is_strictly_below():
    assert recovered_share([0.1, 0.5, 0.75, 2], 0.75) == 0.5


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"steps": 0}, "steps is 0, restarts 2, batch_size 256, learning_rate 0.1 and bound inf; all are positive"),
        ({"restarts": 0}, "restarts 0"),
        ({"learning_rate": 0.0}, "learning_rate 0.0"),
        ({"bound": -1.0}, "bound -1.0"),
        ({"generate": lambda codes: tf.zeros((tf.shape(codes)[0], *SHAPE))}, "do not depend on the latents"),
        ({"images": np.zeros((2, *SHAPE), np.uint8)}, "images are uint8"),
        ({"images": np.zeros((2, 4, 4, 3))}, r"makes images of shape \(4, 4, 1\), and the given ones are \(4, 4, 3\)"),
    ],
)
def test_bad_input_is_named(changes, sentence):
    given = {"generate": generate, "images": np.zeros((2, *SHAPE)), "latents": latents}
    with pytest.raises(ValueError, match=sentence):
        invert(**{**given, **changes})


@pytest.mark.parametrize("distances", [[], [[1.0]], [np.nan], [-1.0]])
def test_bad_distances_are_named(distances):
    with pytest.raises(ValueError, match="a share is taken of finite numbers"):
        recovered_share(distances, 1.0)
    with pytest.raises(ValueError, match="threshold is 0"):
        recovered_share([1.0], 0)
