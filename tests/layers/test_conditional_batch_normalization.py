import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgen.layers import ConditionalBatchNormalization

RNG = np.random.default_rng(0)
LABELS = np.array([0, 2, 1, 2], "int32")


def made(shape=(4, 3, 3, 5)):
    layer = ConditionalBatchNormalization(3, momentum=0.8, epsilon=1e-3)
    x = RNG.normal(2, 3, size=shape).astype("float32")
    layer([x, LABELS])
    layer.gamma.assign(RNG.normal(size=(3, shape[-1])))
    layer.beta.assign(RNG.normal(size=(3, shape[-1])))
    return layer, x


def expected(layer, x, mean, variance):
    normalised = (x - mean) / np.sqrt(variance + 1e-3)
    return np.stack(
        [row * layer.gamma.numpy()[k] + layer.beta.numpy()[k] for row, k in zip(normalised, LABELS, strict=True)]
    )


@pytest.mark.parametrize("shape", [(4, 3, 3, 5), (4, 5)])
def test_scale_and_offset_are_those_of_the_class(shape):
    layer, x = made(shape)
    axes = tuple(range(len(shape) - 1))
    outputs = layer([x, LABELS], training=True)
    np.testing.assert_allclose(outputs, expected(layer, x, x.mean(axes), x.var(axes)), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(layer.normalization.moving_mean, 0.2 * x.mean(axes), rtol=1e-4)
    outputs = layer([x, LABELS], training=False)
    statistics = layer.normalization.moving_mean.numpy(), layer.normalization.moving_variance.numpy()
    np.testing.assert_allclose(outputs, expected(layer, x, *statistics), rtol=1e-3, atol=1e-4)


def test_it_begins_as_batch_normalisation():
    layer, x = ConditionalBatchNormalization(3), RNG.normal(size=(4, 6)).astype("float32")
    plain = keras.layers.BatchNormalization()
    np.testing.assert_array_equal(layer([x, LABELS], training=True), plain(x, training=True))


def test_a_class_moves_only_its_own_scale():
    layer, x = made()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer([x, np.array([1, 1, 1, 1], "int32")], training=True) ** 2)
    gradient = tf.convert_to_tensor(tape.gradient(loss, layer.gamma.value)).numpy()
    assert np.all(gradient[1] != 0)
    np.testing.assert_array_equal(gradient[[0, 2]], np.zeros((2, 5)))


def test_xla_saving_and_mixed_precision(tmp_path):
    layer, x = made()
    inputs = [keras.Input((3, 3, 5)), keras.Input((), dtype="int32")]
    model = keras.Model(inputs, layer(inputs))
    compiled = tf.function(model, jit_compile=True)
    np.testing.assert_allclose(compiled([x, LABELS]), model([x, LABELS]), rtol=1e-4, atol=1e-5)
    model.save(tmp_path / "model.keras")
    copy = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(copy([x, LABELS]), model([x, LABELS]))
    halves = ConditionalBatchNormalization(3, dtype="mixed_bfloat16")
    assert halves([x, LABELS]).dtype == "bfloat16"
    assert halves.gamma.dtype == "float32"


def test_no_classes_are_refused():
    with pytest.raises(ValueError, match="num_classes is 0; it is 1 or more"):
        ConditionalBatchNormalization(0)
