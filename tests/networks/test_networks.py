"""What every architecture promises, whatever it is."""

import inspect
import json
import subprocess
import sys

import keras
import numpy as np
import pytest
from dtype_policies import dtype_policy

from tfgen.networks import NETWORKS

LATENT_DIM, NUM_CLASSES = 3, 4
ARGUMENTS = {
    "latent_dim": LATENT_DIM,
    "output_dim": LATENT_DIM,
    "num_classes": NUM_CLASSES,
    "num_codes": NUM_CLASSES,
    "width": 2,
    "hidden_dims": [6, 5],
}
IMAGE_SHAPES = [(28, 28, 1), (32, 32, 3), (64, 64, 3), (128, 128, 1)]
OF_IMAGES = [name for name in NETWORKS.names() if not name.endswith(".prior")]
LINEAR = [name for name in NETWORKS.names() if "output_activation" in inspect.signature(NETWORKS.get(name)).parameters]
DISCRIMINATORS = [name for name in NETWORKS.names() if name.endswith(".discriminator")]


def build(name, image_shape, **kwargs):
    """The network with the least of everything; of a conditional option, without it."""
    function, part = NETWORKS.get(name), name.split(".")[1]
    parameters = inspect.signature(function).parameters
    small = {**ARGUMENTS, "base": {"name": f"dcgan.{part}", "width": 2}}
    arguments = {key: small[key] for key in parameters if key in small and parameters[key].default is not None}
    if "image_shape" in parameters:
        arguments["image_shape"] = image_shape
    return function(**arguments, **kwargs)


def example(model, batch=4, scale=1):
    rng = np.random.default_rng(0)
    values = [
        # Labels, or codes of maps of any size.
        rng.integers(0, NUM_CLASSES, (batch, *[5 for _ in inputs.shape[1:]])).astype("int32")
        if inputs.dtype == "int32"
        else scale * rng.uniform(-1, 1, (batch, *inputs.shape[1:])).astype("float32")
        for inputs in model.inputs
    ]
    return values if len(values) > 1 else values[0]


def flat(model):
    """All layers, those of networks inside and those inside wrappers in their place."""
    for layer in model.layers:
        yield from flat(layer) if isinstance(layer, keras.Model) else [getattr(layer, "layer", layer)]


@pytest.fixture
def mixed_bfloat16():
    with dtype_policy("mixed_bfloat16"):
        yield


@pytest.mark.parametrize("image_shape", IMAGE_SHAPES)
@pytest.mark.parametrize("name", OF_IMAGES)
def test_shapes(name, image_shape):
    model = build(name, image_shape)
    file, part = name.split(".")
    code = (LATENT_DIM,)
    if file == "vq_vae":
        code = (image_shape[0] // 4, image_shape[1] // 4, LATENT_DIM)
    ends = {
        "generator": (code, image_shape),
        "decoder": (code, image_shape),
        "encoder": (image_shape, code),
        "discriminator": (image_shape, (1,)),
    }
    assert model.name == part
    assert (model.inputs[0].shape[1:], model.output_shape[1:]) == ends[part]
    assert [(labels.name, labels.shape, labels.dtype) for labels in model.inputs[1:]] in (
        [],
        [("labels", (None,), "int32")],
    )
    assert model(example(model)).shape == (4, *ends[part][1])


@pytest.mark.parametrize("name", [name for name in NETWORKS.names() if name.endswith((".generator", ".decoder"))])
def test_images_lie_within_their_range_and_come_near_its_ends(name):
    model = build(name, (28, 28, 1))
    for weights in model.trainable_variables:
        weights.assign(weights * 40)
    images = keras.ops.convert_to_numpy(model(example(model, scale=40)))
    assert images.min() >= -1
    assert images.max() <= 1
    assert images.min() < -0.9
    assert images.max() > 0.9


@pytest.mark.parametrize("name", LINEAR)
def test_a_linear_decoder_gives_what_tanh_would_be_given(name):
    bounded, linear = build(name, (28, 28, 1)), build(name, (28, 28, 1), output_activation="linear")
    linear.set_weights(bounded.get_weights())
    codes = example(bounded, scale=5)
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
def test_saved_and_loaded(name, tmp_path):
    model = build(name, (28, 28, 1))
    model.save(tmp_path / "network.keras")
    copy = keras.models.load_model(tmp_path / "network.keras", safe_mode=True)
    np.testing.assert_array_equal(copy(example(model)), model(example(model)))


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_features_are_what_the_logits_layer_takes(name):
    model = build(name, (28, 28, 1))
    logits = model.get_layer("logits")
    features = keras.Model(model.input, logits.input)(example(model))
    assert features.shape == (4, logits.input.shape[-1])
    assert logits(features).shape == (4, 1)


@pytest.mark.parametrize("name", NETWORKS.names())
def test_layers_are_named_and_known(name):
    model, again = build(name, (28, 28, 1)), build(name, (28, 28, 1))
    assert [weight.path for weight in model.weights] == [weight.path for weight in again.weights]
    for layer in flat(model):
        assert type(layer).__module__.startswith(("keras.", "tfgen.layers."))
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
    hidden = [layer for layer in flat(model) if layer.name.startswith(("block", "conv", "deconv", "dense", "project"))]
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
