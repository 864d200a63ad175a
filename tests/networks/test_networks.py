"""What every architecture promises, whatever it is."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest

from tfgen.networks import NETWORKS

SMALL = {
    "convolutional": {"width": 2},
    "dcgan": {"width": 2},
    "infogan": {"width": 2},
    "mlp": {"hidden_dims": [6, 5]},
    "vgg": {"width": 2},
}
LATENT_DIM = 3
IMAGE_SHAPES = [(28, 28, 1), (32, 32, 3), (64, 64, 3), (128, 128, 1)]


def build(name, image_shape, **kwargs):
    architecture, part = name.split(".")
    vector = () if part == "discriminator" else (LATENT_DIM,)
    return NETWORKS.get(name)(image_shape, *vector, **SMALL[architecture], **kwargs)


def example(model, batch=4):
    return np.random.default_rng(0).uniform(-1, 1, (batch, *model.input_shape[1:])).astype("float32")


@pytest.fixture
def mixed_bfloat16():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("image_shape", IMAGE_SHAPES)
@pytest.mark.parametrize("name", NETWORKS.names())
def test_shapes(name, image_shape):
    model = build(name, image_shape)
    part = name.split(".")[1]
    ends = {
        "generator": ((LATENT_DIM,), image_shape),
        "decoder": ((LATENT_DIM,), image_shape),
        "encoder": (image_shape, (LATENT_DIM,)),
        "discriminator": (image_shape, (1,)),
    }
    assert model.name == part
    assert (model.input_shape[1:], model.output_shape[1:]) == ends[part]
    assert model(example(model)).shape == (4, *ends[part][1])


@pytest.mark.parametrize("name", [name for name in NETWORKS.names() if name.endswith((".generator", ".decoder"))])
def test_images_lie_within_their_range_and_come_near_its_ends(name):
    model = build(name, (28, 28, 1))
    for weights in model.trainable_variables:
        weights.assign(weights * 40)
    images = keras.ops.convert_to_numpy(model(40 * example(model)))
    assert images.min() >= -1
    assert images.max() <= 1
    assert images.min() < -0.9
    assert images.max() > 0.9


@pytest.mark.parametrize("name", [name for name in NETWORKS.names() if name.endswith(".decoder")])
def test_a_linear_decoder_gives_what_tanh_would_be_given(name):
    bounded, linear = build(name, (28, 28, 1)), build(name, (28, 28, 1), output_activation="linear")
    linear.set_weights(bounded.get_weights())
    codes = 5 * example(bounded)
    np.testing.assert_allclose(bounded(codes), np.tanh(linear(codes)), atol=1e-6)


@pytest.mark.parametrize("name", NETWORKS.names())
def test_configuration_round_trip(name):
    model = build(name, (28, 28, 1))
    config = json.loads(json.dumps(model.get_config()))
    copy = keras.Model.from_config(config)
    copy.set_weights(model.get_weights())
    assert [weight.path for weight in copy.weights] == [weight.path for weight in model.weights]
    for training in (False, True):
        np.testing.assert_array_equal(copy(example(model), training=training), model(example(model), training=training))


@pytest.mark.parametrize("name", NETWORKS.names())
def test_layers_are_named_and_standard(name):
    model, again = build(name, (28, 28, 1)), build(name, (28, 28, 1))
    assert [weight.path for weight in model.weights] == [weight.path for weight in again.weights]
    for layer in model.layers:
        assert type(layer).__module__.startswith("keras.")
        assert not isinstance(layer, keras.layers.Lambda)


@pytest.mark.parametrize("name", NETWORKS.names())
def test_the_global_seed_sets_the_weights(name):
    networks = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        networks.append(build(name, (32, 32, 3)).get_weights())
    first, same, other = networks
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True) if np.ptp(a) > 0)


@pytest.mark.parametrize("name", NETWORKS.names())
def test_no_two_layers_draw_the_same_weights(name):
    model = build(name, (64, 64, 3))
    drawn = [np.ravel(weights)[:4] for weights in model.get_weights() if np.ptp(weights) > 0]
    normalised = {tuple(np.round(values / values[0], 3)) for values in drawn}
    assert len(normalised) == len(drawn)


@pytest.mark.parametrize("name", NETWORKS.names())
@pytest.mark.usefixtures("mixed_bfloat16")
def test_outputs_are_float32_in_mixed_precision(name):
    model = build(name, (28, 28, 1))
    hidden = [layer for layer in model.layers if layer.name.startswith(("conv", "deconv", "dense", "project"))]
    assert {layer.compute_dtype for layer in hidden} == {"bfloat16"}
    assert model(example(model)).dtype == "float32"


def test_listing_imports_neither_keras_nor_tensorflow():
    code = (
        "import sys; from tfgen.networks import NETWORKS\n"
        "assert all(entry.summary for entry in NETWORKS.entries())\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_architectures_are_attributes_of_the_package():
    import tfgen.networks

    assert tfgen.networks.dcgan.generator is NETWORKS.get("dcgan.generator")
    with pytest.raises(AttributeError, match="no attribute 'no_such_architecture'"):
        _ = tfgen.networks.no_such_architecture
