import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen.losses import LOSSES
from tfgen.losses.reconstruction import AbsoluteError, ReconstructionLoss, SquaredError

RNG = np.random.default_rng(0)
IMAGES, OUTPUTS = RNG.uniform(-1, 1, (2, 5, 12, 13, 3))


def test_values():
    np.testing.assert_allclose(SquaredError()(IMAGES, OUTPUTS), ((IMAGES - OUTPUTS) ** 2).mean((1, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(AbsoluteError()(IMAGES, OUTPUTS), np.abs(IMAGES - OUTPUTS).mean((1, 2, 3)), rtol=1e-5)


def test_white_for_black_costs_most():
    ones = np.ones((1, 4, 4, 1))
    assert float(SquaredError()(ones, -ones)[0]) == 4
    assert float(AbsoluteError()(ones, -ones)[0]) == 2


def test_outputs_are_the_images():
    assert np.array_equal(SquaredError().to_images(OUTPUTS), OUTPUTS.astype("float32"))


@pytest.mark.parametrize("name", LOSSES.names())
def test_an_image_of_another_shape_is_refused_rather_than_broadcast(name):
    loss = LOSSES.get(name)()
    with pytest.raises(
        ValueError, match=r"outputs have shape \(12, 13, 1\), the images \(12, 13, 3\); build the decoder"
    ):
        loss(IMAGES, OUTPUTS[..., :1])
    with pytest.raises(ValueError, match="build the decoder"):
        loss(IMAGES, OUTPUTS[..., 0])


@pytest.mark.parametrize("name", LOSSES.names())
def test_unknown_sides_are_left_to_the_step(name):
    loss = LOSSES.get(name)()
    traced = tf.function(loss, input_signature=[tf.TensorSpec((None, None, 13, 3)), tf.TensorSpec((None, 12, 13, 3))])
    np.testing.assert_allclose(traced(IMAGES, OUTPUTS), loss(IMAGES, OUTPUTS), rtol=1e-5)


@pytest.mark.parametrize("name", LOSSES.names())
@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_computed_in_float32(name, dtype):
    loss = LOSSES.get(name)()
    images, outputs = tf.cast(IMAGES, dtype), tf.cast(100 * OUTPUTS, dtype)
    costs = loss(images, outputs)
    assert costs.dtype == "float32"
    assert loss.to_images(outputs).dtype == "float32"
    np.testing.assert_array_equal(costs, loss(tf.cast(images, "float32"), tf.cast(outputs, "float32")))


@pytest.mark.parametrize("name", LOSSES.names())
def test_keras_saves_and_restores_it(name):
    loss = LOSSES.get(name)()
    saved = json.loads(json.dumps(keras.saving.serialize_keras_object(loss)))
    assert saved["registered_name"] == f"tfgen>{type(loss).__name__}"
    restored = keras.saving.deserialize_keras_object(saved)
    assert type(restored) is type(loss)
    np.testing.assert_array_equal(restored(IMAGES, OUTPUTS), loss(IMAGES, OUTPUTS))


def test_the_base_class_says_what_is_missing():
    with pytest.raises(NotImplementedError, match="ReconstructionLoss implements no per_image"):
        ReconstructionLoss()(IMAGES, OUTPUTS)
