import keras
import numpy as np
import pytest
from keras import layers

from tfgen.latent import activations, activations_of, principal_directions
from tfgen.models import GAN, VAE, ConditionalGAN
from tfgen.networks import conditional, mlp

RNG = np.random.default_rng(0)
SCALES = np.array([4.0, 3.0, 2.0, 1.0])
# The layer is linear: what it makes of the latents varies along these rows, in this order.
DIRECTIONS = np.linalg.qr(RNG.normal(size=(4, 4)))[0]
OUTPUTS = np.linalg.qr(RNG.normal(size=(9, 4)))[0].T


def white_latents(n=300):
    """Latents whose covariance is exactly the unit matrix."""
    latents = RNG.normal(size=(n, 4))
    latents -= latents.mean(axis=0)
    return np.linalg.qr(latents)[0] * np.sqrt(n - 1)


def linear_layer(latents):
    return latents @ DIRECTIONS.T * SCALES @ OUTPUTS + 0.7


def test_directions_of_a_linear_layer_are_its_singular_vectors():
    latents = white_latents()
    found = principal_directions(linear_layer(latents).reshape(300, 3, 3), latents, 4)
    np.testing.assert_allclose(np.abs(found.directions @ DIRECTIONS.T), np.eye(4), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(found.directions, axis=1), 1)
    np.testing.assert_allclose(found.explained_variance_ratio, SCALES**2 / 30)


def test_the_regression_is_exact_where_the_layer_is_linear():
    # Of correlated latents the singular vectors are others; still a step moves along its own component alone.
    latents = RNG.normal(size=(300, 4)) @ RNG.normal(size=(4, 4))
    found = principal_directions(linear_layer(latents), latents, 4)
    hidden = linear_layer(latents)
    _, _, components = np.linalg.svd(hidden - hidden.mean(axis=0), full_matrices=False)
    moved = (linear_layer(latents[:1] + found.directions) - hidden[:1]) @ components[:4].T
    np.testing.assert_allclose(moved - np.diag(np.diag(moved)), 0, atol=1e-9)
    assert (np.abs(np.diag(moved)) > 0.1).all()


def test_fewer_directions_are_the_first_ones():
    latents = white_latents()
    four, two = (principal_directions(linear_layer(latents), latents, count) for count in (4, 2))
    np.testing.assert_allclose(two.directions, four.directions[:2], atol=1e-6)
    np.testing.assert_allclose(two.explained_variance_ratio, four.explained_variance_ratio[:2])


def test_activations_of_the_first_layer_with_weights_and_of_a_named_one():
    network = mlp.generator((4, 4, 1), 3, hidden_dims=(5, 6))
    latents = RNG.normal(size=(2, 3)).astype("float32")
    kernel, *bias = next(layer for layer in network.layers if layer.weights).get_weights()
    first = activations_of(network)
    assert first.output_shape == (None, 5)
    linear = latents @ kernel + (bias[0] if bias else 0)
    assert np.allclose(first(latents), linear, atol=1e-5) or np.allclose(first(latents), linear.clip(0), atol=1e-5)
    last = activations_of(network, network.layers[-1].name)
    np.testing.assert_allclose(last(latents), network(latents))


def test_an_embedding_of_labels_is_no_layer_of_latents():
    labels, noise = keras.Input((), dtype="int32"), keras.Input((3,))
    embedded = layers.Embedding(2, 4)(labels)
    hidden = layers.Dense(5, name="hidden")(layers.Concatenate()([embedded, noise]))
    found = activations_of(keras.Model([noise, labels], layers.Dense(2)(hidden)))
    assert found.name == "hidden"
    assert found([np.zeros((2, 3), "float32"), np.array([0, 1])]).shape == (2, 5)


def test_a_layer_of_a_network_inside_of_the_network():
    network = conditional.generator(
        (4, 4, 1), 3, 2, base={"name": "mlp.generator", "hidden_dims": [5]}, embedding_dim=2
    )
    base = next(layer for layer in network.layers if isinstance(layer, keras.Model))
    embedding = network.get_layer("embedding")
    latents, labels = RNG.normal(size=(4, 3)).astype("float32"), np.array([0, 1, 1, 0])
    inputs = np.concatenate([latents, embedding(labels)], axis=1)
    expected = activations_of(base)(inputs)
    found = activations_of(network)
    assert expected.shape == (4, 5)
    np.testing.assert_allclose(found([latents, labels]), expected, atol=1e-6)
    np.testing.assert_allclose(activations_of(network, found.name)([latents, labels]), expected, atol=1e-6)
    # The network itself is what it was.
    np.testing.assert_allclose(network([latents, labels]), base(inputs), atol=1e-6)


def test_activations_of_a_model_come_in_batches():
    shape = (4, 4, 1)
    latents = RNG.normal(size=(5, 3)).astype("float32")
    gan = GAN(mlp.generator(shape, 3, hidden_dims=(5, 6)), mlp.discriminator(shape, hidden_dims=()))
    vae = VAE(
        mlp.encoder(shape, 6, hidden_dims=()), mlp.decoder(shape, 3, hidden_dims=(7,), output_activation="linear")
    )
    for model, network in ((gan, gan.generator), (vae, vae.decoder)):
        found, expected = activations(model, latents, batch_size=2), activations_of(network)
        assert found.layer == expected.name
        np.testing.assert_allclose(found.values, expected(latents), atol=1e-6)
    last = gan.generator.layers[-1].name
    np.testing.assert_allclose(activations(gan, latents, last).values, gan.generate(latents), atol=1e-6)


def test_activations_of_a_class():
    base = {"name": "mlp.generator", "hidden_dims": [5]}
    networks = (
        conditional.generator((4, 4, 1), 3, 2, base=base),
        conditional.discriminator((4, 4, 1), 2, base={"name": "mlp.discriminator", "hidden_dims": []}),
    )
    model = ConditionalGAN(*networks, num_classes=2)
    latents = RNG.normal(size=(5, 3)).astype("float32")
    found = activations(model, latents, labels=1, batch_size=4).values
    expected = activations_of(model.generator)([latents, np.ones(5, "int32")])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    with pytest.raises(ValueError, match="say which by a label"):
        activations(model, latents)


def test_bad_input_is_named():
    latents = white_latents()
    with pytest.raises(ValueError, match="5 directions are asked for; the activations vary in 4"):
        principal_directions(linear_layer(latents), latents, 5)
    with pytest.raises(ValueError, match="0 directions are asked for; 300 activations of 9 numbers have 1 to 9"):
        principal_directions(linear_layer(latents), latents, 0)
    with pytest.raises(ValueError, match="there are 7 activations of 300 latents"):
        principal_directions(linear_layer(latents[:7]), latents, 1)
    with pytest.raises(ValueError, match="the activations are the same for all latents"):
        principal_directions(np.ones((300, 2)), latents, 1)
    network = mlp.generator((4, 4, 1), 3, hidden_dims=())
    with pytest.raises(ValueError, match="generator has no layer 'conv'; it has "):
        activations_of(network, "conv")
