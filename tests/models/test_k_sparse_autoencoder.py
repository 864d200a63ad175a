"""KSparseAutoencoder keeps the contract; exactly k units of a code are left, and only they learn."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import ModelContract
from tiny_networks import IMAGE_SHAPE

from tfgen import backend
from tfgen.models import KSparseAutoencoder
from tfgen.networks import mlp


def k_sparse_autoencoder(latent_dim=6, **arguments):
    networks = mlp.encoder(IMAGE_SHAPE, latent_dim, hidden_dims=()), mlp.decoder(IMAGE_SHAPE, latent_dim)
    return KSparseAutoencoder(*networks, **arguments)


def images(count):
    return np.random.default_rng(1).uniform(-1, 1, (count, *IMAGE_SHAPE)).astype("float32")


class TestKSparseAutoencoder(ModelContract):
    log_names = ("loss", "reconstruction_loss")

    def make(self, **compile_arguments):
        model = k_sparse_autoencoder(k=2, alpha=1.5, momentum=0.9)
        model.compile(keras.optimizers.Adam(1e-3), **compile_arguments)
        return model

    def test_samples_are_of_as_many_units(self, trained):
        np.testing.assert_array_equal(np.count_nonzero(trained.latents(20, (0, 1)), axis=-1), 3)


@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
def test_the_largest_units_stay(training):
    model = k_sparse_autoencoder(k=2, alpha=1.5)
    raw = model.encoder(images(50)).numpy()
    expected = np.zeros_like(raw)
    for row, code in zip(expected, raw, strict=True):
        kept = np.argsort(code)[-(2 if training else 3) :]
        row[kept] = code[kept]
    assert (expected < 0).any()  # the largest, not those of the largest magnitude
    np.testing.assert_array_equal(model.encode(images(50), training=training), expected)


@pytest.mark.parametrize("how", ["eager", "graph", "xla"])
def test_exactly_k_stay_of_equal_units_and_only_they_get_a_gradient(how):
    model = k_sparse_autoencoder(k=2)
    model.encoder.layers[-1].set_weights([np.zeros((64, 6)), np.array([1.0, 3, 3, 3, 2, 3])])
    unit_gradient = lambda seen: backend.input_gradient(  # noqa: E731
        lambda bias: model._largest(model.encoder(seen) + bias, training=True), tf.zeros((4, 6))
    )
    functions = {how: (lambda seen: model.encode(seen, training=True), unit_gradient)}
    if how != "eager":
        functions[how] = [tf.function(each, jit_compile=how == "xla") for each in functions[how]]
    codes, gradient = (each(images(4)).numpy() for each in functions[how])
    np.testing.assert_array_equal(np.sort(codes, axis=-1), [[0, 0, 0, 0, 3, 3]] * 4)
    np.testing.assert_array_equal(gradient, codes != 0)
    np.testing.assert_array_equal(codes, [[0, 3, 3, 0, 0, 0]] * 4)


def test_each_unit_learns_what_it_is_chosen_for():
    """Images of two groups, one unit each: k-sparse with k = 1 is clustering."""
    prototypes = np.sign(np.random.default_rng(0).normal(size=(2, *IMAGE_SHAPE))).astype("float32")
    groups = np.arange(4000) % 2
    keras.utils.set_random_seed(1)
    networks = mlp.encoder(IMAGE_SHAPE, 4, hidden_dims=()), mlp.decoder(IMAGE_SHAPE, 4, hidden_dims=())
    model = KSparseAutoencoder(*networks, k=1)
    model.compile(keras.optimizers.Adam(0.02))
    model.fit(0.8 * prototypes[groups], batch_size=40, verbose=0)
    codes = np.asarray(model.encode(0.8 * prototypes))
    first, second = np.flatnonzero(codes[0]), np.flatnonzero(codes[1])
    assert len(first) == len(second) == 1
    assert first != second
    assert model.reconstruction_error(0.8 * prototypes).numpy().max() < 0.01


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"k": 0}, "k is 0; it is a whole number from 1 to the length of a code, 6"),
        ({"k": 7}, "k is 7; it is a whole number from 1 to the length of a code, 6"),
        ({"k": 1.5}, "k is 1.5; it is a whole number from 1 to the length of a code, 6"),
        ({"k": 2, "alpha": 0.5}, "alpha is 0.5; it is 1 or more, and alpha x k at most the length of a code: 3 "),
        (
            {"k": 4, "alpha": 2},
            "alpha is 2; it is 1 or more, and alpha x k at most the length of a code: 1.5 for a k of",
        ),
    ],
    ids=["none", "all", "fraction", "fewer", "too_many"],
)
def test_arguments_are_checked(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        k_sparse_autoencoder(**arguments)
