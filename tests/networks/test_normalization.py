import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from tfgen.layers import SpectralNormalization
from tfgen.networks import dcgan, mlp
from tfgen.networks.normalization import find_normalization

NAMES = ("none", "batch", "layer", "spectral")
DCGAN = {"builder": dcgan.discriminator, "hidden": ["conv_1", "conv_2", "conv_3"], "first_normalised": 2}
MLP = {"builder": mlp.discriminator, "hidden": ["dense_1", "dense_2"], "first_normalised": 1}


@pytest.mark.parametrize("network", [DCGAN, MLP], ids=["dcgan", "mlp"])
@pytest.mark.parametrize("name", NAMES)
def test_what_follows_a_hidden_layer_and_what_is_around_it(network, name):
    model = network["builder"]((32, 32, 1), normalization=name)
    after = {"batch": layers.BatchNormalization, "layer": layers.GroupNormalization}.get(name)
    for number, layer in enumerate(network["hidden"], start=1):
        follows = [(type(other), other.name) for other in model.layers if other.name == f"{name}_norm_{number}"]
        normalised = after is not None and number >= network["first_normalised"]
        assert follows == ([(after, f"{name}_norm_{number}")] if normalised else [])
        inside = getattr(model.get_layer(layer), "layer", model.get_layer(layer))
        assert inside.use_bias is not normalised
    wrapped = {layer.name for layer in model.layers if isinstance(layer, SpectralNormalization)}
    assert wrapped == ({*network["hidden"], "logits"} if name == "spectral" else set())


def test_layer_normalisation_is_over_all_units_of_one_image():
    """As TensorFlow 1's `layer_norm`, WGAN-GP's: mean and variance of an image, scale and offset of a channel."""
    rng = np.random.default_rng(0)
    for shape in [(3, 4, 5, 6), (3, 6)]:
        layer = find_normalization("layer").after(1)
        x = rng.normal(2, 3, shape).astype("float32")
        layer.build(shape)
        layer.gamma.assign(rng.normal(size=6))
        layer.beta.assign(rng.normal(size=6))
        axes = tuple(range(1, len(shape)))
        mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
        expected = tf.nn.batch_normalization(x, mean, variance, layer.beta, layer.gamma, layer.epsilon)
        np.testing.assert_allclose(layer(x), expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("builder", [dcgan.discriminator, mlp.discriminator, lambda *a, **k: dcgan.encoder(*a, 3, **k)])
def test_an_unknown_name_is_refused(builder):
    with pytest.raises(
        ValueError, match="there is no normalization 'instance'; it is one of none, batch, layer, spectral"
    ):
        builder((32, 32, 1), normalization="instance")
