"""The codebook against NumPy: nearest codewords, the gradient, and the moving averages."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen.layers import VectorQuantizer

RNG = np.random.default_rng(0)
DIM = 3


def draw(*shape):
    return RNG.normal(size=shape).astype("float32")


def quantizer(codebook, decay=0.9):
    """A layer whose codewords are all used equally so far."""
    layer = VectorQuantizer(len(codebook), decay)
    layer.build((None, codebook.shape[1]))
    layer.codebook.assign(codebook)
    layer.use.assign(np.ones(len(codebook)))
    layer.sums.assign(codebook)
    return layer


def nearest(x, codebook):
    return np.square(x[..., None, :] - codebook).sum(-1).argmin(-1)


def test_the_nearest_codeword():
    codebook, x = draw(7, DIM), draw(4, 5, 6, DIM)
    layer = quantizer(codebook)
    vectors, codes = layer(x)
    np.testing.assert_array_equal(codes, nearest(x, codebook))
    np.testing.assert_allclose(vectors, codebook[nearest(x, codebook)], atol=1e-6)
    assert (vectors.dtype, codes.dtype) == (tf.float32, tf.int32)
    np.testing.assert_array_equal(layer.nearest(x), codes)
    np.testing.assert_array_equal(layer.lookup(np.array([[6, 0]])), codebook[None, [6, 0]])


def test_the_nearest_codeword_far_from_0():
    # The squares of such numbers round a difference of 1 away.
    codebook, x = 3000 + draw(7, DIM), 3000 + draw(200, DIM)
    np.testing.assert_array_equal(quantizer(codebook).nearest(x), nearest(x.astype("float64"), codebook))


def test_gradients_pass_straight_through():
    layer, x = quantizer(draw(5, DIM)), tf.constant(draw(6, DIM))
    weights = draw(6, DIM)
    with tf.GradientTape() as tape:
        tape.watch([x, layer.codebook.value])
        loss = tf.reduce_sum(weights * layer(x)[0])
    of_inputs, of_codebook = tape.gradient(loss, [x, layer.codebook.value])
    np.testing.assert_array_equal(of_inputs, weights)
    assert of_codebook is None
    assert layer.trainable_variables == []


def test_codewords_follow_the_means_of_what_they_replace():
    codebook = 10 * np.eye(4, DIM, dtype="float32")
    layer = quantizer(codebook, decay=0.9)
    # The paper's equations 6 to 8: N, m and e.
    counts, sums = np.full(4, 5.0), 5.0 * codebook
    for _ in range(4):
        codes = RNG.permutation(np.repeat(np.arange(4), (2, 5, 6, 7))).reshape(4, 5)
        x = codebook[codes] + draw(4, 5, DIM)
        assert (nearest(x, np.asarray(layer.codebook)) == codes).all()
        layer.update(x, layer.nearest(x), (0, 1))
        for code in range(4):
            counts[code] = 0.9 * counts[code] + 0.1 * (codes == code).sum()
            sums[code] = 0.9 * sums[code] + 0.1 * x[codes == code].sum(axis=0)
        np.testing.assert_allclose(layer.codebook, sums / counts[:, None], rtol=1e-4, atol=1e-5)
    shares = counts / counts.sum()
    np.testing.assert_allclose(layer.use, 4 * shares, rtol=1e-5)
    assert float(layer.usage()) == 1
    assert float(layer.perplexity()) == pytest.approx(np.exp(-(shares * np.log(shares)).sum()), rel=1e-5)


def test_codewords_without_use_start_again_at_vectors_of_the_batch():
    codebook = np.concatenate([np.zeros((1, DIM)), 100 + draw(5, DIM)]).astype("float32")
    layer = quantizer(codebook, decay=0.5)
    layer.use.assign([1, 1, 1, 0.08, 0.09, 0.11])
    x = draw(2, 4, DIM)
    layer.update(x, layer.nearest(x), (0, 1))
    # Half of 0.09 is under a twentieth of equal use, half of 0.11 is not.
    assert float(layer.usage()) == pytest.approx(4 / 6)
    moved = np.asarray(layer.codebook)
    np.testing.assert_allclose(moved[[1, 2]], codebook[[1, 2]], rtol=1e-6)
    rows = {tuple(row) for row in x.reshape(-1, DIM).round(4)}
    assert {tuple(row) for row in moved[[3, 4]].round(4)} <= rows
    assert len({tuple(row) for row in moved[[3, 4]]}) == 2
    # One that nothing chooses starts again in every step, and one that something chooses stays.
    layer.update(x, np.full((2, 4), 3), (0, 2))
    assert float(layer.use[3]) > 1
    assert not np.allclose(layer.codebook[4], moved[4])


def test_a_codebook_that_begins_far_from_all_vectors_is_used():
    layer = VectorQuantizer(16)
    x = 100 + draw(60, 8, DIM)
    layer.build(x.shape)
    for step in range(8):
        layer.update(x[step::6], layer.nearest(x[step::6]), (0, step))
    assert len(np.unique(layer.nearest(x))) == 16
    assert float(layer.usage()) == 1
    error = np.square(np.asarray(layer(x)[0]) - x).sum(-1).mean()
    # With one codeword it would be the sum of the variances, 3.
    assert error < 1


def test_eager_graph_and_xla_agree():
    x = draw(5, 4, DIM)
    found = []
    for how in (None, False, True):
        layer = quantizer(np.zeros((6, DIM), "float32") + np.arange(6)[:, None] / 10)

        def step(layer=layer):
            codes = layer(x)[1]
            layer.update(x, codes, tf.constant([3, 4]))
            return layer.nearest(x)

        codes = step() if how is None else tf.function(step, jit_compile=how)()
        found.append([codes, *layer.weights])
    for other in found[1:]:
        for value, expected in zip(other, found[0], strict=True):
            np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


def test_saved_and_loaded(tmp_path):
    inputs = keras.Input((4, DIM))
    model = keras.Model(inputs, VectorQuantizer(5, 0.7)(inputs))
    model.layers[-1].codebook.assign(draw(5, DIM))
    model.save(tmp_path / "model.keras")
    loaded, x = keras.models.load_model(tmp_path / "model.keras"), draw(2, 4, DIM)
    assert (loaded.layers[-1].num_codes, loaded.layers[-1].decay) == (5, 0.7)
    for value, expected in zip(loaded(x), model(x), strict=True):
        np.testing.assert_array_equal(value, expected)


def test_averages_are_float32_in_mixed_precision():
    layer = VectorQuantizer(4, dtype="mixed_bfloat16")
    vectors, _ = layer(draw(3, DIM).astype("float16"))
    assert {vectors.dtype, layer.codebook.dtype} == {tf.float32, "float32"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [((1,), "num_codes is 1; it is 2 or more"), ((4, 1.0), "decay is 1.0; it is at least 0 and below 1")],
    ids=["codes", "decay"],
)
def test_arguments_are_checked(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        VectorQuantizer(*arguments)
