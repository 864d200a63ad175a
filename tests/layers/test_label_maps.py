import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen.layers import LabelMaps

IMAGES = np.random.default_rng(0).uniform(-1, 1, (3, 2, 4, 1)).astype("float32")
LABELS = np.array([2, 0, 2], "int32")


def test_each_class_has_a_channel():
    outputs = LabelMaps(3)([IMAGES, LABELS]).numpy()
    np.testing.assert_array_equal(outputs[..., :1], IMAGES)
    for row, label in zip(outputs, LABELS, strict=True):
        np.testing.assert_array_equal(row[..., 1:], np.broadcast_to(np.eye(3)[label], (2, 4, 3)))


def test_xla_saving_and_symbolic_shapes(tmp_path):
    inputs = [keras.Input((2, 4, 1)), keras.Input((), dtype="int32")]
    model = keras.Model(inputs, LabelMaps(3)(inputs))
    assert model.output_shape == (None, 2, 4, 4)
    expected = model([IMAGES, LABELS])
    np.testing.assert_array_equal(tf.function(model, jit_compile=True)([IMAGES, LABELS]), expected)
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")([IMAGES, LABELS]), expected)


def test_no_classes_are_refused():
    with pytest.raises(ValueError, match="num_classes is 0; it is 1 or more"):
        LabelMaps(0)
