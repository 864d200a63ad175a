import numpy as np
import pytest

from tfgen.networks import mlp

SHAPE = (5, 4, 3)  # any shape will do


def dense(x, layer):
    return x @ np.asarray(layer.kernel) + np.asarray(layer.bias)


def test_parameter_counts():
    pixels = 5 * 4 * 3
    assert mlp.encoder(SHAPE, 2, hidden_dims=(8, 6)).count_params() == (pixels * 8 + 8) + (8 * 6 + 6) + (6 * 2 + 2)
    assert mlp.decoder(SHAPE, 2, hidden_dims=(6, 8)).count_params() == (2 * 6 + 6) + (6 * 8 + 8) + (8 * pixels + pixels)
    assert mlp.generator(SHAPE, 2, hidden_dims=()).count_params() == 2 * pixels + pixels
    assert mlp.discriminator(SHAPE, hidden_dims=(8,)).count_params() == (pixels * 8 + 8) + (8 + 1)


@pytest.mark.parametrize(
    ("build", "activation"),
    [
        (lambda: mlp.encoder(SHAPE, 2, hidden_dims=(8,)), lambda x: np.maximum(x, 0)),
        (lambda: mlp.discriminator(SHAPE, hidden_dims=(8,)), lambda x: np.maximum(x, 0.2 * x)),
        (lambda: mlp.discriminator(SHAPE, hidden_dims=(8,), activation="tanh"), np.tanh),
    ],
)
def test_forward_pass_from_images(build, activation):
    model = build()
    images = np.random.default_rng(0).uniform(-1, 1, (7, *SHAPE)).astype("float32")
    hidden = activation(dense(images.reshape(7, -1), model.get_layer("dense_1")))
    np.testing.assert_allclose(model(images), dense(hidden, model.layers[-1]), atol=1e-5)


@pytest.mark.parametrize("build", [mlp.decoder, mlp.generator])
def test_forward_pass_to_images(build):
    model = build(SHAPE, 2, hidden_dims=(8,))
    codes = np.random.default_rng(0).normal(size=(7, 2)).astype("float32")
    pixels = dense(np.maximum(dense(codes, model.get_layer("dense_1")), 0), model.get_layer("pixels"))
    np.testing.assert_allclose(model(codes), np.tanh(pixels).reshape(7, *SHAPE), atol=1e-5)


def test_points_in_the_plane_are_images_of_one_pixel():
    points = np.random.default_rng(0).uniform(-1, 1, (7, 1, 1, 2)).astype("float32")
    shape = (1, 1, 2)
    assert mlp.discriminator(shape, hidden_dims=(8,))(points).shape == (7, 1)
    assert mlp.encoder(shape, 3, hidden_dims=(8,))(points).shape == (7, 3)
    assert mlp.generator(shape, 2, hidden_dims=(8,))(points[:, 0, 0]).shape == points.shape
    assert mlp.decoder(shape, 2, hidden_dims=(8,))(points[:, 0, 0]).shape == points.shape


@pytest.mark.parametrize("normalization", ["batch", "layer", "spectral"])
def test_normalised_discriminator(normalization):
    model = mlp.discriminator((1, 1, 2), hidden_dims=(8, 6), normalization=normalization)
    points = np.random.default_rng(0).uniform(-1, 1, (7, 1, 1, 2)).astype("float32")
    assert np.isfinite(model(points, training=True)).all()
    assert model.get_layer("logits").input.shape == (None, 6)
