"""The prior of code maps: what each place sees, and a forward pass with kernels masked as in the paper."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen.networks import pixel_cnn

NUM_CODES = 5


def draw_codes(*shape):
    return np.random.default_rng(0).integers(0, NUM_CODES, shape).astype("int32")


def moved_and_seen(kernel_size, blocks):
    """How much a change of each place moves each other one of 7x7, and which places come before which."""
    keras.utils.set_random_seed(0)
    model = pixel_cnn.prior(NUM_CODES, width=8, blocks=blocks, kernel_size=kernel_size)
    for weights in model.weights:
        # Large enough to carry a change from one corner to the other.
        weights.assign(1.5 * weights)
    height = width = 7
    codes = draw_codes(height * width)
    # A map for each place, changed at that place.
    changed = np.where(np.eye(height * width, dtype=bool), (codes + 1) % NUM_CODES, codes)
    before = model.predict(codes.reshape(1, height, width), verbose=0).reshape(-1, NUM_CODES)
    after = model.predict(changed.reshape(-1, height, width), verbose=0).reshape(height * width, -1, NUM_CODES)
    moved = np.abs(after - before).max(axis=-1)
    return moved, np.tri(height * width, k=-1, dtype=bool).T


@pytest.mark.parametrize(("kernel_size", "blocks"), [(3, 6), (5, 3)], ids=["3x3", "5x5"])
def test_each_place_sees_all_before_it_and_nothing_else(kernel_size, blocks):
    moved, seen = moved_and_seen(kernel_size, blocks)
    np.testing.assert_array_equal(moved[~seen], 0)
    assert moved[seen].min() > 0


def test_with_a_block_less_the_ends_of_rows_do_not_see_each_other():
    moved, seen = moved_and_seen(3, 5)
    assert set(moved[seen] == 0) == {True, False}
    first, last = 7 * np.arange(7), 7 * np.arange(7) + 6
    assert (moved[first, last] == 0).all()


def test_parameter_count():
    width, blocks = 6, 3
    rows = 2 * 3 * width * 2 * width + 2 * width
    above = width * 2 * 2 * width + 2 * width
    out = width * width + width
    left = [places * width * 2 * width + 2 * width for places in (1, 2, 2)]
    head = width * width + width + width * NUM_CODES + NUM_CODES
    expected = NUM_CODES * width + blocks * (rows + above + out) + sum(left) + head
    model = pixel_cnn.prior(NUM_CODES, width=width, blocks=blocks)
    assert model.count_params() == expected


def masked(kernel, side, row, column):
    """A kernel in the corner of a whole one, of which the rest is 0."""
    whole = np.zeros((side, side, *kernel.shape[2:]), "float32")
    whole[row : row + kernel.shape[0], column : column + kernel.shape[1]] = kernel
    return whole


def test_forward_pass_with_masked_kernels():
    keras.utils.set_random_seed(1)
    width, side = 4, 3
    model = pixel_cnn.prior(NUM_CODES, width=width, blocks=2, kernel_size=side)
    for weights in model.weights:
        weights.assign(np.random.default_rng(len(weights.path)).normal(size=weights.shape) / 2)
    codes = draw_codes(2, 4, 5)

    def apply(x, name, row=0, column=0, whole=1):
        kernel, bias = (weights.numpy() for weights in model.get_layer(name).weights)
        return tf.nn.conv2d(x, masked(kernel, whole, row, column), 1, "SAME") + bias

    def gate(x):
        return tf.tanh(x[..., :width]) * tf.sigmoid(x[..., width:])

    vertical = horizontal = tf.gather(model.get_layer("embedding").embeddings.numpy(), codes)
    for block in (1, 2):
        rows = apply(vertical, f"block_{block}_conv_rows", whole=side)
        above = tf.concat([tf.zeros_like(rows[:, :1]), rows[:, :-1]], axis=1)
        left = apply(horizontal, f"block_{block}_conv_left", row=1, whole=side)
        x = apply(gate(left + apply(above, f"block_{block}_conv_above")), f"block_{block}_conv_out")
        horizontal = x if block == 1 else x + horizontal
        vertical = gate(rows)
    x = apply(tf.nn.relu(horizontal), "conv_last")
    expected = apply(tf.nn.relu(x), "logits")
    np.testing.assert_allclose(model(codes), expected, rtol=1e-4, atol=1e-4)


def test_it_learns_that_a_code_follows_another():
    keras.utils.set_random_seed(0)
    model = pixel_cnn.prior(3, width=8, blocks=3)
    model.compile(
        keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")
    )
    first = np.random.default_rng(0).integers(0, 3, (64, 1, 1))
    # Each next code is one more, modulo 3: what is not known is the first.
    codes = ((first + np.arange(12).reshape(3, 4)) % 3).astype("int32")
    model.fit(codes, codes, batch_size=16, epochs=12, verbose=0)
    logits = model.predict(codes, verbose=0)
    nats = np.log(np.exp(logits).sum(-1)) - np.take_along_axis(logits, codes[..., None], -1)[..., 0]
    assert nats[:, 0, 0].mean() == pytest.approx(np.log(3), abs=0.1)
    assert nats.reshape(64, -1)[:, 1:].mean() < 0.1


@pytest.mark.parametrize(
    "arguments", [{"blocks": 0}, {"kernel_size": 4}, {"kernel_size": 1}], ids=["blocks", "even", "one"]
)
def test_arguments_are_checked(arguments):
    with pytest.raises(ValueError, match="kernels have an odd side, 3 or more"):
        pixel_cnn.prior(NUM_CODES, **arguments)
